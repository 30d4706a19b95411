#include "beam.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of readings whose future is the same, so many are kept. */
enum { ALIKE = 6 };
/* How much less likely than the best a reading may be. */
static const double DEEP = 20.0;

/* What holds so many things of a size, with room for one more: moved, if need be; or NULL, and the search has failed. */
static void *with_room(Search *search, void *things, int32_t count, int32_t *most, size_t size) {
    if (count < *most)
        return things;
    int32_t more = *most ? 2 * *most : 64;
    void *moved = realloc(things, (size_t)more * size);
    if (moved)
        *most = more;
    else
        search->failed = true;
    return moved;
}

static int32_t new_group(Search *search, int32_t end, uint8_t kind) {
    int32_t number = search->unused;
    if (number >= 0) {
        search->unused = search->groups[number].next;
    } else {
        Group *groups =
            with_room(search, search->groups, search->group_count, &search->group_most, sizeof *groups);
        if (!groups)
            return -1;
        search->groups = groups;
        number = search->group_count++;
    }
    Group *group = &search->groups[number];
    group->count = 0;
    group->end = end;
    group->kind = kind;
    group->next = -1;
    return number;
}

void wait_for(Search *search, int32_t number) {
    int32_t at = search->groups[number].end - search->start;
    if (search->waiting[at] < 0)
        search->waiting[at] = number;
    else
        search->groups[search->waiting_last[at]].next = number;
    search->waiting_last[at] = number;
    search->waiting_count++;
}

void give_back(Search *search, int32_t number) {
    while (number >= 0) {
        int32_t next = search->groups[number].next;
        search->groups[number].next = search->unused;
        search->unused = number;
        number = next;
    }
}

Group *group_for(Search *search, Step *step, int32_t end, uint8_t kind) {
    for (int i = 0; i < step->count; i++) {
        Group *group = &search->groups[step->groups[i]];
        if (group->end == end && group->kind == kind)
            return group;
    }
    int32_t number = step->count < PLACES ? new_group(search, end, kind) : -1;
    if (number < 0)
        return NULL;
    step->groups[step->count++] = number;
    return &search->groups[number];
}

double least_of(const Group *group) {
    int fan = fan_of(group->kind);
    return group->count < fan ? -INFINITY : group->readings[fan - 1].score;
}

void put_in(Group *group, const Reading *reading) {
    int fan = fan_of(group->kind), last = group->count < fan ? group->count++ : fan - 1, at = last;
    while (at > 0 && group->readings[at - 1].score < reading->score)
        at--;
    memmove(group->readings + at + 1, group->readings + at, (size_t)(last - at) * sizeof *reading);
    group->readings[at] = *reading;
}

int32_t keep(Search *search, const Reading *reading) {
    Reading *made = with_room(search, search->made, search->made_count, &search->made_most, sizeof *made);
    if (!made)
        return -1;
    search->made = made;
    search->made[search->made_count] = *reading;
    return search->made_count++;
}

bool is_alike(const Reading *a, const Reading *b) {
    return a->before == b->before && a->last == b->last && same_leads(a->leads, b->leads);
}

int32_t prune(Search *search, const int32_t groups[], int32_t count, int32_t most, int32_t kept[]) {
    int32_t next[MANY_GROUPS] = {0}, number = 0;
    int in_step = BEAM, out_of_step = BEAM;
    double best = -INFINITY;
    if (count > MANY_GROUPS)
        count = MANY_GROUPS;
    while (number < most) {
        int32_t from = -1;
        for (int32_t i = 0; i < count; i++) {
            const Group *group = &search->groups[groups[i]];
            if (next[i] < group->count &&
                (from < 0 || group->readings[next[i]].score > search->groups[groups[from]].readings[next[from]].score))
                from = i;
        }
        if (from < 0)
            break;
        const Reading *reading = &search->groups[groups[from]].readings[next[from]++];
        best = fmax(best, reading->score);
        if (reading->score < best - DEEP)
            break;
        int alike = 0;
        for (int32_t i = 0; i < number; i++)
            alike += is_alike(&search->made[kept[i]], reading);
        int *room = any_lead(reading->leads) ? &out_of_step : &in_step;
        if (alike == ALIKE || !*room)
            continue;
        int32_t one = keep(search, reading);
        if (one < 0)
            break;
        --*room;
        kept[number++] = one;
    }
    return number;
}
