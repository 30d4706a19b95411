#include "around.h"
#include "text.h"

/* What a reading says from the first of its pieces that is changed to the last. */
static void add_restored(Text *text, const Around *around, const Piece *pieces, int32_t count) {
    int32_t first = 0;
    while (first < count && !pieces[first].changed)
        first++;
    while (count > first && !pieces[count - 1].changed)
        count--;
    for (int32_t i = first; i < count; i++)
        add_piece(text, around->codes, &pieces[i]);
}

static bool is_same(const Text *one, const Text *other) {
    return one->count == other->count && !memcmp(one->codes, other->codes, (size_t)one->count * sizeof *one->codes);
}

/* The numbers of the scores, the highest first; of the same ones, those that come first. */
static void sort_numbers(const double *scores, int32_t count, int32_t *numbers) {
    for (int32_t i = 0; i < count; i++) {
        int32_t at = i;
        for (; at > 0 && scores[numbers[at - 1]] < scores[i]; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = i;
    }
}

int32_t choose_readings(const Page *page, const Around *around, const Piece *pieces, const int32_t *starts,
                        int32_t count, double margin, double *scores, int32_t *numbers, int32_t *next) {
    for (int32_t i = 0; i < count; i++)
        scores[i] += around_reading(page, around, pieces + starts[i], starts[i + 1] - starts[i]);
    sort_numbers(scores, count, numbers);
    Text best;
    int32_t chosen = 0;
    *next = -1;
    for (int32_t i = 0; i < count; i++) {
        int32_t number = numbers[i], length = starts[number + 1] - starts[number];
        const Piece *its = pieces + starts[number];
        bool is_rival = chosen && scores[number] > scores[numbers[0]] - margin;
        if (chosen && *next >= 0 && !is_rival)
            break;
        /* The verifier is asked of no more readings than are needed. */
        if (!explains(page, around, its, length))
            continue;
        if (!chosen) {
            best.count = 0;
            add_restored(&best, around, its, length);
        } else if (*next < 0) {
            Text text = {.count = 0};
            add_restored(&text, around, its, length);
            if (!is_same(&text, &best))
                *next = number;
        }
        if (!chosen || is_rival)
            numbers[chosen++] = number;
    }
    return chosen;
}
