/* What a run of shifted bytes was: a search over the readings that give what is seen. */
#ifndef GOVWORK_SEARCH_H
#define GOVWORK_SEARCH_H

#include "around.h"
#include "choices.h"

/* A reading of what is seen up to `end`: that of its parent, and one more piece, `[start, end)` of what is seen.

   `before` and `last` are the classes of its last two characters, `pair` the bytes of the last one. Out of step,
   `leads` are the bytes the next character may begin with; in step there are none. `vanished` says how many pairs in a
   row left nothing just before. The piece is `first`, if not 0, then `code`, if not 0, then `<` if a tag's was swallowed,
   or what stands for `swallowed`, if not 0; if nothing is `changed`, it is what is seen. */
typedef struct {
    double score;
    Leads leads;
    uint32_t before, last, code, swallowed;
    int32_t parent, start, end;
    uint16_t pair, first;
    uint8_t vanished;
    bool changed, tag;
} Reading;

typedef struct Search Search;

/* The sizes of what is given from outside, so that both sides may see that they mean the same. */
PUBLIC void sizes(int32_t told[3]);

PUBLIC Search *search_new(const Tables *tables);
PUBLIC void search_free(Search *search);

/* Searches the page's document of so many characters from `start` on, where a `?` stands, `reach` at most. Says how many readings
   there are where all are in step and alike again, the likeliest first, or -1 if there was no memory. */
PUBLIC int32_t search_readings(Search *search, const Page *page, const uint32_t *codes, int32_t length, int32_t start,
                               int32_t reach);
/* Writes the scores of the readings, and where the pieces of each begin among those of all, and these end. */
PUBLIC void search_tell(const Search *search, double *scores, int32_t *starts);
/* Writes the pieces of all readings, in order. */
PUBLIC void search_pieces(const Search *search, const int32_t *starts, Piece *pieces);

#endif
