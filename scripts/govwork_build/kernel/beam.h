/* The inside of the search: readings on their way, which wait in groups at the places they lead to. */
#ifndef GOVWORK_BEAM_H
#define GOVWORK_BEAM_H

#include "search.h"

/* Readings kept at each place, in step and out of it. */
enum { BEAM = 12 };
/* So many ways to one place are gone on with at most; of those at which one pair vanished, and two or more in a row, so many;
   no more vanish in a row. */
enum { FAN = 12, ONE_VANISHED = 3, TWO_VANISHED = 6, MOST_VANISHED = 3 };
/* No more groups wait at one place; of more the last would not be looked at. */
enum { MANY_GROUPS = 256 };

/* Readings that come of one step to one place, in step or out of it, or behind what vanished: the best of them, in
   order. `next` is the group that waits at the same place. */
typedef struct {
    Reading readings[2 * BEAM];
    int32_t count, end, next;
    uint8_t kind;
} Group;

/* A group's readings are in step, or so many pairs vanished before them; NONE_VANISHED is of a reading before which none can
   have. */
enum { IN_STEP = MOST_VANISHED + 1, NONE_VANISHED };

/* What a step leads to: the groups of its places. Its moves end at few places. */
enum { PLACES = 16 };
typedef struct {
    int32_t groups[PLACES];
    int count;
} Step;

struct Search {
    Choices choices;
    const Page *page;
    Seen seen;
    int32_t start, limit;
    Reading *made;
    int32_t made_count, made_most;
    Group *groups;
    int32_t group_count, group_most, unused;
    /* By the distance from the start: the first and the last group that waits there, or -1. */
    int32_t *waiting, *waiting_last;
    int32_t waiting_most, waiting_count;
    int32_t found[2 * BEAM], found_count;
    bool failed;
};

/* The group of a step for one place, or NULL if there is no memory, or no more room for places. */
Group *group_for(Search *search, Step *step, int32_t end, uint8_t kind);
/* Whether so many pairs vanished just before, and of what is there nothing else is known; and how many readings of a kind are
   gone on with at most. */
static inline bool have_vanished(uint8_t kind) { return kind && kind <= MOST_VANISHED; }
static inline int fan_of(uint8_t kind) {
    return kind == 1 ? ONE_VANISHED : have_vanished(kind) ? TWO_VANISHED : FAN;
}
/* What a way must be worth to be among those kept of a group; and to put it there. */
double least_of(const Group *group);
void put_in(Group *group, const Reading *reading);
/* Lets a group wait where it ends; gives groups back, from one on. */
void wait_for(Search *search, int32_t number);
void give_back(Search *search, int32_t number);

/* Keeps a reading, so that others may come of it; says its number, or -1. */
int32_t keep(Search *search, const Reading *reading);
bool is_alike(const Reading *a, const Reading *b);
/* Keeps the best of some groups, in step and out of it; of those whose future is the same, a few. */
int32_t prune(Search *search, const int32_t groups[], int32_t count, int32_t most, int32_t kept[]);

/* All ways on from some readings at one place, of which the best has such a score; and those where a byte was lost in step,
   which is the lead of a character: what is held behind the `?`. */
Step step_from(Search *search, const int32_t *here, int32_t count, int32_t at, double best);
Step open_runs(Search *search, const int32_t *here, int32_t count, int32_t at);

#endif
