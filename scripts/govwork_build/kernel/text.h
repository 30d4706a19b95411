/* A text put together of pieces and of what is around them. */
#ifndef GOVWORK_TEXT_H
#define GOVWORK_TEXT_H

#include <string.h>

#include "around.h"
#include "notes.h"

/* What is read and its surroundings are no longer: a search goes over so many characters, each with its notes. */
enum { LONGEST = 1024 };

typedef struct {
    uint32_t codes[LONGEST];
    int32_t count;
} Text;

static inline Seen seen_of(const Page *page, const Around *around) {
    return (Seen){page->tables, around->codes, around->length};
}

static inline void add(Text *text, const uint32_t *codes, int32_t count) {
    if (count > LONGEST - text->count)
        count = LONGEST - text->count;
    memcpy(text->codes + text->count, codes, (size_t)count * sizeof *codes);
    text->count += count;
}

static inline void add_one(Text *text, int32_t code) {
    uint32_t one = (uint32_t)code;
    add(text, &one, 1);
}

/* The characters of a piece that is changed. */
static inline void add_changed(Text *text, const Piece *piece) {
    if (piece->first)
        add_one(text, piece->first);
    if (piece->code)
        add_one(text, piece->code);
    if (piece->took)
        add_one(text, piece->took == TOOK_TAG ? '<' : piece->took);
}

static inline void add_piece(Text *text, const uint32_t *codes, const Piece *piece) {
    if (piece->changed)
        add_changed(text, piece);
    else
        add(text, codes + piece->start, piece->end - piece->start);
}

#endif
