/* What the text around a damaged run says of its readings: words, quotation marks, brackets, and whether their bytes give
   what is seen. */
#ifndef GOVWORK_AROUND_H
#define GOVWORK_AROUND_H

#include "page.h"

/* A piece of a reading: `[start, end)` of what is seen; if that is `changed`, up to two characters, each 0 if there is
   none, and what a lost byte took with it: nothing, a character, or the `<` of a tag (-1). */
typedef struct {
    int32_t start, end, changed, first, code, took;
} Piece;
enum { TOOK_TAG = -1 };

/* A document, and what stands beside a place in it: so many characters before it and behind it, notes left aside, and
   as many as a short quotation has, within the line; how many brackets, and titles, are open in the line before and are
   closed in it behind; whether a quotation is open there, and is closed behind; and whether nothing is damaged in the
   line before, and behind. */
typedef struct {
    const uint32_t *codes, *before, *after, *line_before, *line_after;
    int32_t length, before_count, after_count, line_before_count, line_after_count;
    int32_t opened, closed, titles_opened, titles_closed;
    bool is_open, stays_open, seen_before, seen_behind;
} Around;

/* What that says of a reading of so many pieces, as a logarithm. */
double around_reading(const Page *page, const Around *around, const Piece *pieces, int32_t count);

/* How likely what is seen is, if nothing is damaged: its characters, and what is around. */
PUBLIC double around_seen(const Page *page, const Around *around, int32_t start, int32_t end);

/* Whether the bytes of all that is changed in a reading give what is seen of it. */
PUBLIC bool explains(const Page *page, const Around *around, const Piece *pieces, int32_t count);

/* Of so many readings those that explain what is seen. `starts` tells where the pieces of each begin, and at last those
   of all end; `scores` are those of the search, to which what is around is added. Writes the numbers of the likeliest
   and of the others that are less likely by less than a margin, in order, and says how many they are; and the `next`
   likely that says another thing than the first, or -1. */
PUBLIC int32_t choose_readings(const Page *page, const Around *around, const Piece *pieces, const int32_t *starts,
                               int32_t count, double margin, double *scores, int32_t *numbers, int32_t *next);

#endif
