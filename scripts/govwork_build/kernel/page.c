#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of every count so much goes to what was not seen (Kneser and Ney 1995). */
static const double DISCOUNT = 0.75;
/* How much the page says beside other texts. */
static const double PAGE = 0.4;
static const double OTHER_SCRIPT = -6.0, OTHER_BLANK = -6.0, SELDOM_WRITTEN = -3.0;

static double larger(double a, double b) { return a > b ? a : b; }

/* What a count adds to a chance. */
static double known_share(double number, double total) { return larger(number - DISCOUNT, 0.0) / larger(total, 1.0); }

/* The share of a count that is in no longer run that is known. */
static double share_left(double taken, double total) {
    return total > 0.0 ? larger(1.0 - taken / larger(total, 1.0), 0.0) : 1.0;
}

/* The runs of a page as they are met, with how often. */
typedef struct {
    uint64_t *pairs;
    double *pair_counts, *behind, *pair_taken;
    int32_t *parents;
    double *triple_counts;
    int32_t pair_count, triple_count;
    uint16_t met;
} Runs;

static bool read_runs(Page *page, const uint32_t *classes, size_t count, Runs *runs) {
    if (!index_new(&page->pairs, count) || !index_new(&page->triples, count))
        return false;
    int32_t before = -1;
    for (size_t i = 0; i + 1 < count; i++) {
        uint64_t key = (uint64_t)classes[i] << 16 | classes[i + 1];
        int32_t pair = index_put(&page->pairs, key, runs->pair_count);
        if (pair == runs->pair_count)
            runs->pairs[runs->pair_count++] = key;
        runs->pair_counts[pair]++;
        if (before >= 0) {
            int32_t triple = index_put(&page->triples, (uint64_t)before << 16 | classes[i + 1], runs->triple_count);
            if (triple == runs->triple_count) {
                runs->parents[runs->triple_count++] = before;
                runs->behind[pair]++;
            }
            runs->triple_counts[triple]++;
        }
        before = pair;
    }
    return true;
}

/* What counts of runs of one and two say: runs are counted by the different characters they stand behind. */
static void count_singles(Page *page, const Runs *runs, double *total, double *taken) {
    double whole = 0.0;
    for (int32_t i = 0; i < runs->pair_count; i++) {
        uint16_t first = page->numbers[runs->pairs[i] >> 16], second = page->numbers[runs->pairs[i] & (CLASSES - 1)];
        page->first[second]++;
        whole++;
        total[first] += runs->behind[i];
        taken[first] += larger(runs->behind[i] - DISCOUNT, 0.0);
    }
    for (int32_t i = 0; i < runs->pair_count; i++)
        page->two[i] = known_share(runs->behind[i], total[page->numbers[runs->pairs[i] >> 16]]);
    for (int32_t i = 0; i < runs->triple_count; i++)
        runs->pair_taken[runs->parents[i]] += larger(runs->triple_counts[i] - DISCOUNT, 0.0);
    for (int32_t i = 0; i < runs->pair_count; i++)
        page->two_left[i] = share_left(runs->pair_taken[i], runs->pair_counts[i]);
    for (int32_t i = 0; i < runs->triple_count; i++)
        page->three[i] = known_share(runs->triple_counts[i], runs->pair_counts[runs->parents[i]]);
    for (size_t i = 0; i <= runs->met; i++) {
        page->first[i] /= larger(whole, 1.0);
        page->one_left[i] = share_left(taken[i], total[i]);
    }
    page->first[0] = 0.0;
}

static bool read_words(Page *page, const uint32_t *classes, size_t count) {
    Runs runs = {0};
    /* Nothing that is a text has more. */
    for (size_t i = 0; i < count; i++)
        if (!page->numbers[classes[i]] && runs.met < UINT16_MAX)
            page->numbers[classes[i]] = ++runs.met;
    size_t most = count + 1, numbers = runs.met + 1u;
    double *columns = calloc(4 * most, sizeof *columns), *singles = calloc(2 * numbers, sizeof *singles);
    runs.pairs = malloc(most * sizeof *runs.pairs);
    runs.parents = malloc(most * sizeof *runs.parents);
    page->first = calloc(numbers, sizeof *page->first);
    page->one_left = calloc(numbers, sizeof *page->one_left);
    page->two = malloc(most * sizeof *page->two);
    page->two_left = malloc(most * sizeof *page->two_left);
    page->three = malloc(most * sizeof *page->three);
    bool made = columns && singles && runs.pairs && runs.parents && page->first && page->one_left && page->two &&
                page->two_left && page->three;
    if (made) {
        runs.pair_counts = columns;
        runs.behind = columns + most;
        runs.pair_taken = columns + 2 * most;
        runs.triple_counts = columns + 3 * most;
        made = read_runs(page, classes, count, &runs);
    }
    if (made)
        count_singles(page, &runs, singles, singles + numbers);
    free(columns);
    free(singles);
    free(runs.pairs);
    free(runs.parents);
    return made;
}

/* Which characters a page has: 0, 1, or 2 for more than one of each; the distinct ones; and how many of all there are that
   only simplified text has, and traditional. */
typedef struct {
    uint8_t *counts;
    uint16_t *codes;
    size_t count, simplified, traditional;
} Met;

static bool meet(const uint8_t *scripts, const uint32_t *codes, size_t count, Met *met) {
    *met = (Met){.counts = calloc(CLASSES, 1), .codes = malloc(CLASSES * sizeof *met->codes)};
    if (!met->counts || !met->codes)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t code = below(codes[i]);
        met->simplified += scripts[code] == SIMPLIFIED;
        met->traditional += scripts[code] >= TRADITIONAL;
        if (!met->counts[code])
            met->codes[met->count++] = (uint16_t)code;
        if (met->counts[code] < 2)
            met->counts[code]++;
    }
    return true;
}

/* What a character of the script costs that is not a page's own: as seldom as what was met once (Good 1953). */
static double cost_of_other(const Met *met, const uint8_t *scripts, bool traditional, size_t own) {
    double once = 0.0;
    for (size_t i = 0; i < met->count; i++) {
        uint8_t script = scripts[met->codes[i]];
        once += met->counts[met->codes[i]] == 1 && (traditional ? script >= TRADITIONAL : script == SIMPLIFIED);
    }
    double cost = log((once + 0.5) / ((double)own + 1.0));
    return cost < OTHER_SCRIPT ? cost : OTHER_SCRIPT;
}

static void weigh_scripts(Page *page, const Met *met) {
    const uint8_t *scripts = page->tables->given.scripts;
    page->costs[BLANK] = OTHER_BLANK;
    page->costs[SELDOM] = SELDOM_WRITTEN;
    page->costs[ODD] = OTHER_SCRIPT;
    if (met->traditional > met->simplified)
        page->costs[SIMPLIFIED] = cost_of_other(met, scripts, false, met->traditional);
    else
        page->costs[TRADITIONAL] = page->costs[SELDOM] = page->costs[ODD] =
            cost_of_other(met, scripts, true, met->simplified);
    for (int i = 0; i < SCRIPTS; i++)
        page->factors[i] = exp(page->costs[i]);
}

static bool read_script(Page *page, const uint32_t *codes, size_t count) {
    const Given *given = &page->tables->given;
    Met met;
    /* There are no more groups than forms. */
    uint8_t *written = calloc((size_t)given->form_count + 1, sizeof *written);
    bool made = meet(given->scripts, codes, count, &met) && written;
    if (made) {
        weigh_scripts(page, &met);
        memcpy(page->scripts, given->scripts, CLASSES);
        /* A converter has one form of a character for all places. */
        for (int64_t i = 0; i < given->form_count; i++)
            written[given->form_groups[i]] |= met.counts[given->forms[i]];
        for (int64_t i = 0; i < given->form_count; i++)
            if (written[given->form_groups[i]])
                page->scripts[given->forms[i]] = ODD;
        /* What a page has is to it of any script. */
        for (size_t i = 0; i < met.count; i++)
            page->scripts[met.codes[i]] = ANY;
    }
    free(met.counts);
    free(met.codes);
    free(written);
    return made;
}

static bool read_signs(Page *page, const uint32_t *codes, size_t count) {
    size_t found = 0;
    bool is_sign[128] = {false};
    for (const char *sign = SIGNS; *sign; sign++)
        is_sign[(unsigned char)*sign] = true;
    for (size_t i = 0; i < count; i++)
        found += codes[i] < 128 && is_sign[codes[i]];
    if (!index_new(&page->signs, found))
        return false;
    for (size_t i = 0; found && i + 1 < count; i++)
        if (codes[i] < 128 && is_sign[codes[i]])
            index_put(&page->signs, key_of_sign((char)codes[i], codes[i + 1]), 0);
    return true;
}

Page *page_new(const Tables *tables, const uint32_t *classes, int64_t count, bool enough, const uint32_t *codes,
               int64_t code_count) {
    Page *page = calloc(1, sizeof *page);
    if (!page)
        return NULL;
    page->tables = tables;
    page->of_page = enough ? PAGE : 0.0;
    page->of_all = 1.0 - page->of_page;
    if (read_words(page, classes, enough ? (size_t)count : 0) && read_script(page, codes, (size_t)code_count) &&
        read_signs(page, codes, (size_t)code_count))
        return page;
    page_free(page);
    return NULL;
}

void page_free(Page *page) {
    if (!page)
        return;
    index_free(&page->pairs);
    index_free(&page->triples);
    index_free(&page->signs);
    free(page->first);
    free(page->one_left);
    free(page->two);
    free(page->two_left);
    free(page->three);
    free(page);
}

State state_of(const Page *page, uint32_t before, uint32_t last) {
    const Tables *tables = page->tables;
    const Given *given = &tables->given;
    RowsOf pairs = rows_of(&tables->pairs, before);
    int32_t row = row_of(&pairs, last);
    /* Behind the last pair are the rows of none. */
    uint32_t number = row < 0 ? (uint32_t)given->pair_count : (uint32_t)row;
    State state = {.last = last, .pairs = rows_of(&tables->pairs, last), .triples = rows_of(&tables->triples, number)};
    for (int i = 0; i < KINDS; i++) {
        /* What counts leave to shorter runs is weighed already. */
        state.left[i] = row < 0 ? given->weights[i] : given->two_left[KINDS * row + i];
        state.one_left[i] = given->one_left[KINDS * last + (uint32_t)i];
    }
    state.page_row = index_find(&page->pairs, (uint64_t)before << 16 | last);
    state.page_left = state.page_row < 0 ? 1.0 : page->two_left[state.page_row];
    state.page_one_left = page->one_left[page->numbers[last]];
    return state;
}

/* What the page says of a class behind what a state knows, of which it has a pair. */
static double own_chance(const Page *page, const State *state, uint32_t class, double first) {
    double own = first * state->page_one_left;
    int32_t row = index_find(&page->pairs, (uint64_t)state->last << 16 | class);
    if (row >= 0)
        own += page->two[row];
    own *= state->page_left;
    if (row >= 0 && state->page_row >= 0) {
        int32_t triple = index_find(&page->triples, (uint64_t)state->page_row << 16 | class);
        if (triple >= 0)
            own += page->three[triple];
    }
    return own;
}

double chance_behind(const Page *page, const State *state, uint32_t class, const double behind[KINDS]) {
    double chance = 0.0;
    for (int k = 0; k < KINDS; k++)
        chance += state->left[k] * behind[k];
    int32_t triple = row_of(&state->triples, class);
    if (triple >= 0)
        chance += page->tables->given.three[triple];
    chance *= page->of_all;
    /* What no pair of the page ends with need not be looked up. */
    uint16_t number = page->numbers[class];
    if (number && page->first[number] > 0.0)
        chance += page->of_page * own_chance(page, state, class, page->first[number]);
    return chance + UNSEEN;
}

/* The same of a class, of which is known how likely it is wherever it may be. */
static double chance_in_all(const Page *page, const State *state, uint32_t class, const double first[KINDS]) {
    const double *two = page->tables->given.two;
    int32_t row = row_of(&state->pairs, class);
    double behind[KINDS];
    for (int k = 0; k < KINDS; k++) {
        behind[k] = state->one_left[k] * first[k];
        if (row >= 0)
            behind[k] += two[KINDS * row + k];
    }
    return chance_behind(page, state, class, behind);
}

double chance_of(const Page *page, const State *state, uint32_t class) {
    return chance_in_all(page, state, class, page->tables->given.first + KINDS * class);
}

double chance_of_character(const Page *page, const State *state, const Character *character) {
    return chance_in_all(page, state, character->class, character->first);
}

void page_scores(const Page *page, const uint32_t *classes, int64_t count, double *scores) {
    for (int64_t i = 0; i < count; i++) {
        State state = state_of(page, classes[i], classes[i + 1]);
        scores[i] = log(chance_of(page, &state, classes[i + 2]));
    }
}
