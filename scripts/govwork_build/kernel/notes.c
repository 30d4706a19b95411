#include "notes.h"

/* No syllable is longer, nor the name of a tag. */
enum { LONGEST_SYLLABLE = 6, LETTER_BITS = 6, LONGEST_TAG = 6 };

bool has_reading(const Tables *tables, uint16_t pair, int32_t syllable) {
    if (syllable < 0)
        return false;
    const uint16_t *read = tables->given.read;
    int32_t first = tables->given.read_starts[syllable], end = tables->given.read_starts[syllable + 1];
    while (first < end) {
        int32_t middle = first + (end - first) / 2;
        if (read[middle] < pair)
            first = middle + 1;
        else
            end = middle;
    }
    return first < tables->given.read_starts[syllable + 1] && read[first] == pair;
}

static uint8_t letter_at(const Seen *seen, int32_t at) {
    uint32_t code = seen_at(seen, at);
    return code < CLASSES ? seen->tables->given.letters[code] : 0;
}

int32_t rest_of_note(const Seen *seen, int32_t at, int32_t *syllable) {
    uint64_t key = 0;
    int letters = 0;
    for (uint8_t letter; letters < LONGEST_SYLLABLE && (letter = letter_at(seen, at + letters)); letters++)
        key |= (uint64_t)letter << LETTER_BITS * letters;
    if (!letters || seen_at(seen, at + letters) != ')')
        return 0;
    int32_t row = index_find(&seen->tables->syllables, key);
    *syllable = row < 0 ? UNREAD : row;
    return at + letters + 1;
}

int32_t note_at(const Seen *seen, int32_t at, int32_t *syllable) {
    return seen_at(seen, at) == '(' ? rest_of_note(seen, at + 1, syllable) : 0;
}

int32_t behind_notes(const Seen *seen, int32_t at, const uint16_t *pair) {
    int32_t syllable, end;
    while ((end = note_at(seen, at, &syllable)) && (!pair || has_reading(seen->tables, *pair, syllable)))
        at = end;
    return at;
}

int32_t before_notes(const Seen *seen, int32_t at) {
    for (;;) {
        if (!at || seen->codes[at - 1] != ')')
            return at;
        int32_t start = at - 1, letters = 0;
        while (start && letters < LONGEST_SYLLABLE && letter_at(seen, start - 1)) {
            start--;
            letters++;
        }
        if (!letters || !start || seen->codes[start - 1] != '(')
            return at;
        at = start - 1;
    }
}

bool rest_of_tag(const Seen *seen, int32_t at) {
    if (!at || seen_at(seen, at - 1) != '?')
        return false;
    at += seen_at(seen, at) == '/';
    int32_t first = at;
    while (at - first < LONGEST_TAG && seen_at(seen, at) >= 'a' && seen_at(seen, at) <= 'z')
        at++;
    return at > first && seen_at(seen, at) == '>';
}
