#include "tables.h"

#include <stdlib.h>

/* What a character costs that is no word, and one that is not Chinese; no word has more characters. */
static const double NO_WORD = -16.0, OTHER = -5.0;
enum { LONGEST_WORD = 4 };

static int bits_for(size_t cells) {
    int bits = 0;
    while ((size_t)1 << bits < cells)
        bits++;
    return bits;
}

bool index_new(Index *index, size_t most) {
    int bits = bits_for(2 * most + 16);
    index->last = ((size_t)1 << bits) - 1;
    index->shift = 64 - bits;
    index->filter_shift = 64 - bits - 2;
    index->slots = malloc(((size_t)1 << bits) * sizeof *index->slots);
    index->filter = malloc(((size_t)1 << bits) / 16 * sizeof *index->filter);
    if (!index->slots || !index->filter)
        return false;
    index_clear(index);
    return true;
}

void index_clear(Index *index) {
    for (size_t i = 0; i <= index->last; i++)
        index->slots[i].row = -1;
    for (size_t i = 0; i <= index->last / 16; i++)
        index->filter[i] = 0;
}

void index_free(Index *index) {
    free(index->slots);
    free(index->filter);
}

int32_t index_put(Index *index, uint64_t key, int32_t row) {
    uint64_t hash = hash_of(key), bit = hash >> index->filter_shift;
    size_t at = hash >> index->shift;
    for (; index->slots[at].row >= 0; at = (at + 1) & index->last)
        if (index->slots[at].key == key)
            return (int32_t)index->slots[at].row;
    index->slots[at] = (struct Slot){key, row};
    index->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
    return row;
}

static bool index_all(Index *index, const uint64_t *keys, int64_t count) {
    if (!index_new(index, (size_t)count))
        return false;
    for (int64_t i = 0; i < count; i++)
        index_put(index, keys[i], (int32_t)i);
    return true;
}

/* Reads where the keys of each number are, and says how many cells they all have; 0 if one has too many. */
static size_t part_keys(Rows *rows, const uint64_t *keys, int64_t count) {
    /* The first cell is empty: it is that of all numbers without rows. */
    size_t cells = 1;
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && keys[end] >> 16 == keys[i] >> 16;)
            end++;
        if (end - i > UINT16_MAX)
            return 0;
        size_t own = (size_t)1 << bits_for(2 * (size_t)(end - i));
        rows->parts[keys[i] >> 16] =
            (struct Part){(uint32_t)cells, (uint32_t)own - 1, (int32_t)i, (int32_t)(end - i)};
        cells += own;
    }
    return cells;
}

static bool rows_new(Rows *rows, size_t numbers, const uint64_t *keys, int64_t count) {
    rows->parts = calloc(numbers + 1, sizeof *rows->parts);
    size_t cells = rows->parts ? part_keys(rows, keys, count) : 0;
    rows->cells = cells ? calloc(cells, sizeof *rows->cells) : NULL;
    if (!rows->cells)
        return false;
    for (int64_t i = 0; i < count; i++) {
        const struct Part *part = &rows->parts[keys[i] >> 16];
        struct Cell *own = rows->cells + part->cells;
        uint16_t class = keys[i] & (CLASSES - 1);
        uint32_t at = cell_of(class, part->last);
        while (own[at].place)
            at = (at + 1) & part->last;
        own[at] = (struct Cell){class, (uint16_t)(i - part->first + 1)};
    }
    return true;
}

static void rows_free(Rows *rows) {
    free(rows->cells);
    free(rows->parts);
}

static bool weigh_triples(Tables *tables) {
    const Given *given = &tables->given;
    tables->most_three = calloc((size_t)given->pair_count + 1, sizeof *tables->most_three);
    if (!tables->most_three)
        return false;
    for (int64_t i = 0; i < given->triple_count; i++) {
        RowsOf behind = rows_of(&tables->pairs, given->pairs[given->triples[i] >> 16] & (CLASSES - 1));
        int32_t row = row_of(&behind, given->triples[i] & (CLASSES - 1));
        double *most = row < 0 ? &tables->most_unpaired : &tables->most_three[row];
        if (given->three[i] > *most)
            *most = given->three[i];
    }
    return true;
}

static bool gather_characters(Tables *tables) {
    const Given *given = &tables->given;
    tables->characters = malloc(PAIRS * sizeof *tables->characters);
    for (int pair = 0; tables->characters && pair < PAIRS; pair++) {
        Character *one = &tables->characters[pair];
        *one = (Character){.pair = (uint16_t)pair, .code = given->code[pair], .class = given->class_of_pair[pair]};
        for (int k = 0; k < KINDS; k++)
            one->first[k] = given->first[KINDS * one->class + k];
    }
    return tables->characters;
}

Tables *tables_new(const Given *given) {
    Tables *tables = calloc(1, sizeof *tables);
    if (!tables)
        return NULL;
    tables->given = *given;
    if (rows_new(&tables->pairs, CLASSES, given->pairs, given->pair_count) &&
        rows_new(&tables->triples, (size_t)given->pair_count, given->triples, given->triple_count) &&
        index_all(&tables->words, given->words, given->word_count) &&
        index_all(&tables->syllables, given->syllables, given->syllable_count) && weigh_triples(tables) &&
        gather_characters(tables))
        return tables;
    tables_free(tables);
    return NULL;
}

void tables_free(Tables *tables) {
    rows_free(&tables->pairs);
    rows_free(&tables->triples);
    index_free(&tables->words);
    index_free(&tables->syllables);
    free(tables->most_three);
    free(tables->characters);
    free(tables);
}

static double word_chance(const Tables *tables, uint64_t word, double unknown) {
    int32_t row = index_find(&tables->words, word);
    return row < 0 ? unknown : tables->given.word_chances[row];
}

double words_score(const Tables *tables, const uint32_t *classes, int64_t count, double *best) {
    best[0] = 0.0;
    for (int64_t end = 1; end <= count; end++) {
        uint64_t word = classes[end - 1];
        if (word < 0x3400 || word > 0x9FFF) {
            best[end] = best[end - 1] + OTHER;
            continue;
        }
        best[end] = best[end - 1] + word_chance(tables, word, NO_WORD);
        for (int64_t length = 2; length <= LONGEST_WORD && length <= end; length++) {
            uint32_t class = classes[end - length];
            /* No word holds what is not Chinese. */
            if (class < 0x3400 || class > 0x9FFF)
                break;
            word |= (uint64_t)class << 16 * (length - 1);
            double score = best[end - length] + word_chance(tables, word, -1e300);
            if (score > best[end])
                best[end] = score;
        }
    }
    return best[count];
}
