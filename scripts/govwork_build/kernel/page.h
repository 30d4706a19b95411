/* How likely a character is behind two others, in texts of many kinds and on the page around it. */
#ifndef GOVWORK_PAGE_H
#define GOVWORK_PAGE_H

#include "tables.h"

/* The chance of a character no table has. */
static const double UNSEEN = 1e-9;

typedef struct {
    const Tables *tables;
    /* How much the page says, and the others. */
    double of_page, of_all;
    /* A class has a number of its own among those met on the page, from 1; `first` and `one_left` are by this number. */
    uint16_t numbers[CLASSES];
    double *first, *one_left;
    Index pairs, triples;
    /* Signs that a lost byte may have taken with it, each with the character behind it (`key_of_sign`). */
    Index signs;
    double *two, *two_left, *three;
    /* By code point, and what a character of such a script costs; the second as a factor. */
    uint8_t scripts[CLASSES];
    double costs[SCRIPTS], factors[SCRIPTS];
} Page;

/* What two characters say of one that comes behind them. */
typedef struct {
    double left[KINDS], one_left[KINDS], page_left, page_one_left;
    uint32_t last;
    RowsOf pairs, triples;
    int32_t page_row;
} State;

/* A page of so many classes of characters, which count only if they are `enough`; its script is that of `codes`. */
PUBLIC Page *page_new(const Tables *tables, const uint32_t *classes, int64_t count, bool enough, const uint32_t *codes,
               int64_t code_count);
PUBLIC void page_free(Page *page);

/* The log-chance of each of so many classes, behind the two that stand before the first. */
PUBLIC void page_scores(const Page *page, const uint32_t *classes, int64_t count, double *scores);

State state_of(const Page *page, uint32_t before, uint32_t last);

/* What a lost byte may have taken with it: ASCII signs, but for the marks that a page may have put for full-width ones. */
static const char SIGNS[] = "\"#$%&'*+-/=";

static inline uint64_t key_of_sign(char sign, uint32_t code) { return (uint64_t)sign << 32 | code; }

static inline uint32_t below(uint32_t code) { return code < CLASSES ? code : CLASSES - 1; }

/* The chance of a class behind what a state knows; and the same, if it is known what the last character alone says of it, in
   each kind of texts. */
double chance_of(const Page *page, const State *state, uint32_t class);
double chance_of_character(const Page *page, const State *state, const Character *character);
double chance_behind(const Page *page, const State *state, uint32_t class, const double behind[KINDS]);

#endif
