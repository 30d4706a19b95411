#include "tables.h"

#include <stdlib.h>

/* What a character costs that is no word, and one that is not Chinese; no word has more characters. */
static const double NO_WORD = -16.0, OTHER = -5.0;
enum { LONGEST_WORD = 4 };

bool index_new(Index *index, size_t most) {
    int bits = 4;
    while ((size_t)1 << bits < 2 * most)
        bits++;
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

Tables *tables_new(const Given *given) {
    Tables *tables = calloc(1, sizeof *tables);
    if (!tables)
        return NULL;
    tables->given = *given;
    if (index_all(&tables->pairs, given->pairs, given->pair_count) &&
        index_all(&tables->triples, given->triples, given->triple_count) &&
        index_all(&tables->words, given->words, given->word_count) &&
        index_all(&tables->syllables, given->syllables, given->syllable_count))
        return tables;
    tables_free(tables);
    return NULL;
}

void tables_free(Tables *tables) {
    index_free(&tables->pairs);
    index_free(&tables->triples);
    index_free(&tables->words);
    index_free(&tables->syllables);
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
