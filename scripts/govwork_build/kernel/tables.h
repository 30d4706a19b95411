/* Tables that are looked up by key, and what shifted bytes may be: all that texts are weighed by. */
#ifndef GOVWORK_TABLES_H
#define GOVWORK_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is called from outside; all else is hidden. */
#define PUBLIC __attribute__((visibility("default")))

/* Texts are counted by classes of characters, each less than this; counts are of so many kinds of texts. */
#define CLASSES 0x10000
#define KINDS 2
/* By lead and trail byte. */
#define PAIRS 0x10000
/* What a character is to the script of a page. */
enum { ANY, SIMPLIFIED, BLANK, TRADITIONAL, SELDOM, ODD, SCRIPTS };

/* A hash table: the row of each key. Most keys asked for are not there, which the bits of `filter` tell cheaply. */
typedef struct {
    struct Slot {
        uint64_t key;
        int64_t row;
    } *slots;
    uint64_t *filter;
    size_t last;
    int shift, filter_shift;
} Index;

bool index_new(Index *index, size_t most);
void index_clear(Index *index);
void index_free(Index *index);
/* The row of a key, which is put in with the row given if it is not there. */
int32_t index_put(Index *index, uint64_t key, int32_t row);

/* Knuth's multiplier: 2^64 divided by the golden ratio. */
static inline uint64_t hash_of(uint64_t key) { return key * 0x9E3779B97F4A7C15u; }

/* Whether a key may be there. */
static inline bool index_may_have(const Index *index, uint64_t key) {
    uint64_t bit = hash_of(key) >> index->filter_shift;
    return index->filter[bit >> 6] >> (bit & 63) & 1;
}

/* The row of a key, or -1. */
static inline int32_t index_find(const Index *index, uint64_t key) {
    uint64_t hash = hash_of(key);
    if (!index_may_have(index, key))
        return -1;
    for (size_t at = hash >> index->shift; index->slots[at].row >= 0; at = (at + 1) & index->last)
        if (index->slots[at].key == key)
            return (int32_t)index->slots[at].row;
    return -1;
}

/* The rows of keys that are a number and a class, sorted. What is asked of one number is asked often: its classes are
   hashed in cells of their own that lie together, each with the place of its row among those of the number, from 1. */
typedef struct {
    struct Cell {
        uint16_t class, place;
    } *cells;
    struct Part {
        uint32_t cells, last;
        int32_t first, count;
    } *parts;
} Rows;

/* Those of one number: the row of the first, and how many they are. */
typedef struct {
    const struct Cell *cells;
    uint32_t last;
    int32_t first, count;
} RowsOf;

static inline RowsOf rows_of(const Rows *rows, uint32_t number) {
    const struct Part *part = &rows->parts[number];
    return (RowsOf){rows->cells + part->cells, part->last, part->first, part->count};
}

/* Where the search for a class among cells begins. */
static inline uint32_t cell_of(uint32_t class, uint32_t last) { return class * 0x9E3779B1u >> 16 & last; }

/* The row of a class among those, or -1. */
static inline int32_t row_of(const RowsOf *rows, uint32_t class) {
    for (uint32_t at = cell_of(class, rows->last); rows->cells[at].place; at = (at + 1) & rows->last)
        if (rows->cells[at].class == class)
            return rows->first + rows->cells[at].place - 1;
    return -1;
}

/* What is asked of a character time and again, in one place: how likely it is wherever it may be, in each kind of texts. */
typedef struct {
    double first[KINDS];
    uint16_t pair, code, class;
} Character;

/* What the caller knows, as arrays that it keeps while the model lives; kernel/__init__.py says what each holds. */
typedef struct {
    const uint32_t *class_of_code;
    const uint16_t *pair_of_code;
    const uint8_t *letters, *marks, *scripts;
    const uint16_t *code, *class_of_pair;
    const double *frequency;
    const uint8_t *vanishes, *converted;
    const uint16_t *written;
    const uint16_t *by_trail;
    const int32_t *by_trail_starts;
    const uint16_t *by_lead;
    const int32_t *by_lead_starts;
    const uint64_t *syllables;
    const uint16_t *read;
    const int32_t *read_starts;
    const double *weights, *first, *one_left;
    const uint64_t *pairs;
    const double *two, *two_left;
    const uint64_t *triples;
    const double *three;
    const uint64_t *words;
    const double *word_chances;
    const uint16_t *forms, *form_groups;
    int64_t written_count, pair_count, triple_count, word_count, syllable_count, form_count;
} Given;

/* What is given, with its indices. */
typedef struct {
    Given given;
    Rows pairs, triples;
    Index words, syllables;
    /* By pair. */
    Character *characters;
    /* By the row of a pair, what a run of three that ends with it adds to a chance at most; and one that ends with none. */
    double *most_three, most_unpaired;
} Tables;

PUBLIC Tables *tables_new(const Given *given);
PUBLIC void tables_free(Tables *tables);

/* The log-chance of a text of so many classes as words, parted in the likeliest way; `best` has room for one more. */
double words_score(const Tables *tables, const uint32_t *classes, int64_t count, double *best);

#endif
