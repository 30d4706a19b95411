#include "text.h"

/* The bytes of a reading, and what is seen of it. */
typedef struct {
    Seen seen;
    uint8_t data[2 * LONGEST];
    int32_t count;
} Walk;

/* Whether the bytes at `at` are what a decoder may have read where a page shows a character: how many they are, or 0. */
static int32_t seen_as(const Walk *walk, uint32_t code, bool in_full, int32_t at) {
    if (!in_full) {
        int byte = byte_of(code);
        return at < walk->count && byte == walk->data[at];
    }
    uint16_t pair = pair_of(walk->seen.tables, code);
    return pair && at + 1 < walk->count && walk->data[at] == pair >> 8 && walk->data[at + 1] == (pair & 0xFF) ? 2 : 0;
}

/* Whether punctuation stands at byte `at` and is seen at `place`: there a lost byte takes nothing with it. */
static bool in_step_again(const Walk *walk, int32_t at, int32_t place) {
    if (place == walk->seen.length ||
        (walk->data[at] >= LEAD && walk->data[at] != 0xA1 && walk->data[at] != 0xA3))
        return false;
    return seen_as(walk, walk->seen.codes[place], false, at) || seen_as(walk, walk->seen.codes[place], true, at);
}

/* By the byte, of which one goes on to the next two, and what is seen: whether one may come there. */
typedef bool Met[3][LONGEST + 1];

/* Marks where one may go on from byte `at` and what is seen at `place`. */
static void go_on(const Walk *walk, Met met, int32_t at, int32_t place) {
    const Given *given = &walk->seen.tables->given;
    const uint8_t *data = walk->data;
    int32_t syllable;
#define MEET(byte, seen) (met[(byte) % 3][seen] = true)
    if (at + 1 < walk->count && given->vanishes[data[at] << 8 | data[at + 1]])
        MEET(at + 2, place);
    if (place == walk->seen.length)
        return;
    uint32_t code = walk->seen.codes[place];
    for (int in_full = 0; in_full < 2; in_full++) {
        int32_t bytes = seen_as(walk, code, in_full, at);
        if (bytes)
            MEET(at + bytes, place + 1);
    }
    int32_t end = note_at(&walk->seen, place, &syllable);
    if (end && at >= 2 && has_reading(walk->seen.tables, (uint16_t)(data[at - 2] << 8 | data[at - 1]), syllable))
        MEET(at, end);
    if (code != '?' || at >= walk->count || data[at] < LEAD)
        return;
    end = rest_of_note(&walk->seen, place + 1, &syllable);
    if (end && at >= 1 && has_reading(walk->seen.tables, (uint16_t)(data[at - 1] << 8 | data[at]), syllable))
        MEET(at + 1, end);
    if (at + 1 == walk->count || in_step_again(walk, at + 1, place + 1))
        MEET(at + 1, place + 1);
    else if (data[at + 1] >= 0x20 && data[at + 1] < TRAIL)
        MEET(at + 2, place + 1);
#undef MEET
}

/* A text in GBK; whether it has only characters of it. */
static bool encode(Walk *walk, const Text *text) {
    walk->count = 0;
    for (int32_t i = 0; i < text->count; i++) {
        uint32_t code = text->codes[i];
        uint16_t pair = pair_of(walk->seen.tables, code);
        if (code < 0x80) {
            walk->data[walk->count++] = (uint8_t)code;
        } else if (pair) {
            walk->data[walk->count++] = (uint8_t)(pair >> 8);
            walk->data[walk->count++] = (uint8_t)(pair & 0xFF);
        } else {
            return false;
        }
    }
    return true;
}

/* Whether a text, from the character before a run on, gives what is seen. */
static bool gives(const Seen *seen, const Text *text) {
    Walk walk = {.seen = *seen};
    if (!encode(&walk, text))
        return false;
    Met met = {{true}};
    bool arrived = false;
    /* Every step goes on in one of the two. */
    for (int32_t at = 0; at <= walk.count; at++) {
        bool *here = met[at % 3];
        for (int32_t place = 0; place <= seen->length; place++)
            if (here[place])
                go_on(&walk, met, at, place);
        arrived = here[seen->length];
        memset(here, false, (size_t)seen->length + 1);
    }
    return arrived;
}

/* Whether one run of changed pieces gives what is seen of it. */
static bool explains_run(const Page *page, const Around *around, const Piece *pieces, int32_t count) {
    Seen whole = seen_of(page, around);
    int32_t start = before_notes(&whole, pieces[0].start), end = pieces[count - 1].end;
    Text text = {.count = 0};
    if (start) {
        uint32_t code = around->codes[--start];
        /* Punctuation that the page folded stood in two bytes, of which the second may be part of a note's character. */
        add_one(&text, (int32_t)(code > ' ' && code < 0x7F ? code + 0xFEE0 : code));
    }
    for (int32_t i = 0; i < count; i++)
        add_changed(&text, &pieces[i]);
    Seen run = {page->tables, around->codes + start, end - start};
    return run.length < LONGEST && gives(&run, &text);
}

bool explains(const Page *page, const Around *around, const Piece *pieces, int32_t count) {
    bool any = false;
    for (int32_t i = 0; i < count;) {
        int32_t first = i;
        while (i < count && pieces[i].changed)
            i++;
        if (i > first) {
            any = true;
            if (!explains_run(page, around, pieces + first, i - first))
                return false;
        } else {
            i++;
        }
    }
    return any;
}
