#include "beam.h"

#include <stdlib.h>
#include <string.h>

/* A reading is built character by character along what is seen, in every way that bytes and notes leave open, and the
   counts say which one is a text. The widths here and in the other parts bound the work a character takes. */

/* A run has no more broken pairs behind its first. */
enum { MOST_BROKEN = 6 };
/* A note or tag that begins before the limit ends within so many characters behind it. */
enum { BEYOND = 16 };

Search *search_new(const Tables *tables) {
    Search *search = calloc(1, sizeof *search);
    if (search && !choices_new(&search->choices, tables)) {
        search_free(search);
        search = NULL;
    }
    return search;
}

void search_free(Search *search) {
    if (!search)
        return;
    choices_free(&search->choices);
    free(search->made);
    free(search->groups);
    free(search->waiting);
    free(search->waiting_last);
    free(search);
}

/* How far a search goes: a text that is nothing but broken pairs must not cost more than another. */
static int32_t limit_of(const Search *search, int32_t start, int32_t reach) {
    int32_t limit = reach < search->seen.length - start ? start + reach : search->seen.length;
    int broken = 0;
    for (int32_t at = start + 1; at < limit; at++)
        if (search->seen.codes[at] == '?' && ++broken == MOST_BROKEN)
            return at;
    return limit;
}

static bool all_alike(const Search *search, const int32_t here[], int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        const Reading *reading = &search->made[here[i]], *first = &search->made[here[0]];
        if (any_lead(reading->leads) || !is_alike(reading, first) || reading->pair != first->pair)
            return false;
    }
    return true;
}

/* Puts what a step leads to where it ends; what vanished ends where it began, and is gone on with at once. */
static int32_t go_to_places(Search *search, const Step *step, int32_t at, int32_t begun[]) {
    int32_t vanished[MOST_VANISHED][PLACES] = {{0}}, counts[MOST_VANISHED] = {0};
    for (int i = 0; i < step->count; i++) {
        Group *group = &search->groups[step->groups[i]];
        if (group->end == at)
            vanished[group->kind - 1][counts[group->kind - 1]++] = step->groups[i];
        else if (group->end <= search->limit)
            wait_for(search, step->groups[i]);
        else
            give_back(search, step->groups[i]);
    }
    int32_t count = 0;
    for (int i = 0; i < MOST_VANISHED; i++) {
        count += prune(search, vanished[i], counts[i], fan_of((uint8_t)(i + 1)), begun + count);
        for (int32_t j = 0; j < counts[i]; j++)
            give_back(search, vanished[i][j]);
    }
    return count;
}

/* The readings that wait at a place, pruned. */
static int32_t arrive(Search *search, int32_t at, int32_t here[]) {
    int32_t groups[MANY_GROUPS], count = 0;
    for (int32_t number = search->waiting[at - search->start]; number >= 0 && count < MANY_GROUPS;
         number = search->groups[number].next, search->waiting_count--)
        groups[count++] = number;
    int32_t kept = prune(search, groups, count, 2 * BEAM, here);
    give_back(search, search->waiting[at - search->start]);
    return kept;
}

static bool begin(Search *search, int32_t reach) {
    search->limit = limit_of(search, search->start, reach);
    int32_t places = search->limit - search->start + 1;
    if (places > search->waiting_most) {
        free(search->waiting);
        free(search->waiting_last);
        search->waiting = malloc((size_t)places * sizeof *search->waiting);
        search->waiting_last = malloc((size_t)places * sizeof *search->waiting_last);
        search->waiting_most = search->waiting && search->waiting_last ? places : 0;
        if (!search->waiting_most)
            return false;
    }
    memset(search->waiting, 0xFF, (size_t)places * sizeof *search->waiting);
    search->waiting_count = search->made_count = search->group_count = search->found_count = 0;
    search->unused = -1;
    search->failed = false;
    return true;
}

/* What was read up to the start: the classes of the two characters there, notes left aside, and the bytes of the last. */
static Reading reading_before(const Seen *seen, int32_t start) {
    const uint32_t *class_of_code = seen->tables->given.class_of_code;
    Reading reading = {.before = '\n', .last = '\n', .parent = -1, .end = start};
    int32_t at = before_notes(seen, start);
    if (!at)
        return reading;
    reading.pair = pair_or_byte(seen, at - 1);
    reading.last = class_of_code[seen->codes[at - 1]];
    at = before_notes(seen, at - 1);
    if (at)
        reading.before = class_of_code[seen->codes[at - 1]];
    return reading;
}

int32_t search_readings(Search *search, const Page *page, const uint32_t *codes, int32_t length, int32_t start,
                        int32_t reach) {
    search->page = page;
    search->seen = (Seen){page->tables, codes, length};
    search->start = start;
    if (!begin(search, reach))
        return -1;
    /* What is beyond the notes that go beyond the limit is not looked at. */
    if (search->seen.length - search->limit > BEYOND)
        search->seen.length = search->limit + BEYOND;
    Reading first = reading_before(&search->seen, start);
    int32_t here[2 * BEAM], begun[2 * BEAM], count = 1, at = start;
    here[0] = keep(search, &first);
    for (; !search->failed; at++) {
        if (at > start)
            count = arrive(search, at, here);
        if (at == search->limit || (at > start && !search->waiting_count && all_alike(search, here, count)))
            break;
        int32_t begun_count = count;
        memcpy(begun, here, sizeof here);
        while (begun_count && !search->failed) {
            Step step = step_from(search, begun, begun_count, at, search->made[here[0]].score);
            begun_count = go_to_places(search, &step, at, begun);
        }
        if (search->seen.codes[at] == '?') {
            Step step = open_runs(search, here, count, at);
            go_to_places(search, &step, at, begun);
        }
    }
    if (search->failed)
        return -1;
    for (int32_t i = 0; i < count; i++)
        if (!any_lead(search->made[here[i]].leads))
            search->found[search->found_count++] = here[i];
    return search->found_count;
}

void search_tell(const Search *search, double *scores, int32_t *starts) {
    starts[0] = 0;
    for (int32_t i = 0; i < search->found_count; i++) {
        int32_t number = search->found[i];
        scores[i] = search->made[number].score;
        starts[i + 1] = starts[i];
        for (; search->made[number].parent >= 0; number = search->made[number].parent)
            starts[i + 1]++;
    }
}

void search_pieces(const Search *search, const int32_t *starts, Piece *pieces) {
    for (int32_t i = 0; i < search->found_count; i++) {
        Piece *piece = pieces + starts[i + 1];
        for (int32_t number = search->found[i]; search->made[number].parent >= 0;) {
            const Reading *reading = &search->made[number];
            *--piece = (Piece){reading->start, reading->end, reading->changed, reading->first, (int32_t)reading->code,
                               reading->tag ? TOOK_TAG : (int32_t)reading->swallowed};
            number = reading->parent;
        }
    }
}

void sizes(int32_t told[3]) {
    told[0] = (int32_t)sizeof(Given);
    told[1] = (int32_t)sizeof(Around);
    told[2] = (int32_t)sizeof(Piece);
}
