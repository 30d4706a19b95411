/* What is seen of notes and tags, and of the bytes of characters. */
#ifndef GOVWORK_NOTES_H
#define GOVWORK_NOTES_H

#include "tables.h"

enum { LEAD = 0x81, TRAIL = 0x40, LAST = 0xFE };
/* Nothing is known of a byte, or of a reading; a reading that no character has. */
enum { NONE = -1, UNREAD = -2 };

static inline int lead_byte(uint16_t pair) { return pair >> 8; }
static inline int trail_byte(uint16_t pair) { return pair & 0xFF; }

/* A document as it is seen. */
typedef struct {
    const Tables *tables;
    const uint32_t *codes;
    int32_t length;
} Seen;

static inline uint32_t seen_at(const Seen *seen, int32_t at) { return at < seen->length ? seen->codes[at] : 0; }

/* The bytes of a character as a pair, that of its full-width form if it is ASCII, or 0. */
static inline uint16_t pair_of(const Tables *tables, uint32_t code) {
    return code < CLASSES ? tables->given.pair_of_code[code] : 0;
}

/* The one byte a decoder may have read where a page shows a character, or NONE. */
static inline int byte_of(uint32_t code) { return code == 0x20AC ? 0x80 : code < 0x80 ? (int)code : NONE; }

/* The bytes of a character as it stands in step: a pair, or a byte alone as the second of them. */
static inline uint16_t pair_or_byte(const Seen *seen, int32_t at) {
    uint16_t pair = pair_of(seen->tables, seen_at(seen, at));
    int byte = byte_of(seen_at(seen, at));
    return pair ? pair : byte == NONE ? 0 : (uint16_t)byte;
}

/* Whether the character of a pair may be read so. */
bool has_reading(const Tables *tables, uint16_t pair, int32_t syllable);

/* Where a note ends that begins at `at`, or 0; and one whose opening bracket was swallowed. */
int32_t note_at(const Seen *seen, int32_t at, int32_t *syllable);
int32_t rest_of_note(const Seen *seen, int32_t at, int32_t *syllable);

/* Where the notes at `at` end: those of the character with these bytes, or any if none are given. */
int32_t behind_notes(const Seen *seen, int32_t at, const uint16_t *pair);

/* Where the notes that end at `at` begin. */
int32_t before_notes(const Seen *seen, int32_t at);

/* Whether the rest of a tag stands here whose `<` a lost byte, seen before it, swallowed. */
bool rest_of_tag(const Seen *seen, int32_t at);

#endif
