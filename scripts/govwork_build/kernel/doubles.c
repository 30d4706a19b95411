#include <math.h>
#include <string.h>

#include "choices.h"

/* Two characters, how likely they are wherever they may be, and the second behind the first. */
typedef struct {
    double chance, behind[KINDS];
    uint16_t first, second;
} Candidate;

/* The likeliest doubles met so far, in order; of as likely ones the first by their bytes. */
typedef struct {
    Candidate found[MANY];
    int count, most;
} Best;

static bool is_likelier(const Candidate *one, const Candidate *other) {
    if (one->chance != other->chance)
        return one->chance > other->chance;
    return one->first != other->first ? one->first < other->first : one->second < other->second;
}

/* What a double must be as likely as to be among them. */
static double least_of(const Best *best) { return best->count < best->most ? 0.0 : best->found[best->most - 1].chance; }

static void put_in(Best *best, const Candidate *one) {
    int first = 0, end = best->count;
    while (first < end) {
        int middle = first + (end - first) / 2;
        if (is_likelier(one, &best->found[middle]))
            end = middle;
        else
            first = middle + 1;
    }
    if (first == best->most)
        return;
    if (best->count < best->most)
        best->count++;
    memmove(best->found + first + 1, best->found + first, (size_t)(best->count - first - 1) * sizeof *best->found);
    best->found[first] = *one;
}

/* Puts in the doubles that begin with `first`. */
static void add_doubles(const Tables *tables, uint16_t first, const uint16_t seconds[], int32_t count, Best *best) {
    const Given *given = &tables->given;
    uint32_t class = given->class_of_pair[first];
    double most_alone = 0.0;
    for (uint32_t k = 0; k < KINDS; k++)
        most_alone = fmax(most_alone, given->first[KINDS * class + k] * given->one_left[KINDS * class + k]);
    double least = least_of(best);
    const uint8_t *vanishes = given->vanishes + (trail_byte(first) << 8);
    for (int32_t i = 0; i < count; i++) {
        uint16_t second = seconds[i];
        if (!vanishes[lead_byte(second)])
            continue;
        uint32_t second_class = given->class_of_pair[second];
        int32_t row = index_find(&tables->pairs, (uint64_t)class << 16 | second_class);
        /* What no table has together is as likely as the second at most, wherever that is. */
        if (row < 0 && most_alone * given->frequency[second] < least)
            continue;
        Candidate candidate = {.chance = 0.0, .first = first, .second = second};
        for (uint32_t k = 0; k < KINDS; k++) {
            candidate.behind[k] = given->one_left[KINDS * class + k] * given->first[KINDS * second_class + k];
            if (row >= 0)
                candidate.behind[k] += given->two[KINDS * (uint32_t)row + k];
            candidate.chance += given->weights[k] * (given->first[KINDS * class + k] * candidate.behind[k]);
        }
        if (candidate.chance < least)
            continue;
        put_in(best, &candidate);
        least = least_of(best);
    }
}

/* What two characters are asked by. */
typedef struct {
    Leads leads;
    int32_t trail, syllable;
    bool single, vanished;
} Asked;

/* What the second of two characters may be. */
static const uint16_t *seconds_of(const Choices *choices, const Asked *asked, uint16_t read[], int32_t *count) {
    const Given *given = &choices->tables->given;
    if (asked->vanished) {
        *count = choices->met_before_vanishing_count;
        return choices->met_before_vanishing;
    }
    if (asked->syllable != NONE) {
        Leads any = {~(uint64_t)0, ~(uint64_t)0};
        *count = read_so(given, any, asked->trail, asked->syllable, read);
        return read;
    }
    if (asked->trail != NONE) {
        *count = given->by_trail_starts[asked->trail + 1] - given->by_trail_starts[asked->trail];
        return given->by_trail + given->by_trail_starts[asked->trail];
    }
    *count = choices->met_count;
    return choices->met;
}

static void find_doubles(const Choices *choices, const Asked *asked, Best *best) {
    const Given *given = &choices->tables->given;
    uint16_t read[READ_ALIKE];
    int32_t count, lead;
    const uint16_t *seconds = seconds_of(choices, asked, read, &count);
    /* Where nothing tells of either, rare characters are not tried. */
    const uint16_t *firsts = choices->firsts, *end = firsts + choices->first_count;
    if (asked->single) {
        leads_in(asked->leads, &lead, 1);
        firsts = given->by_lead + given->by_lead_starts[lead];
        end = given->by_lead + given->by_lead_starts[lead + 1];
    }
    for (; firsts < end; firsts++)
        if (has_lead(asked->leads, lead_byte(*firsts)))
            add_doubles(choices->tables, *firsts, seconds, count, best);
}

/* Keeps what was found. */
static Doubles keep(Choices *choices, const Best *best) {
    uint16_t *heads = choices->head_room + choices->heads_used;
    Double *doubles = choices->double_room + choices->doubles_used;
    Doubles kept = {best->count, 0, doubles, heads};
    for (int i = 0; i < best->count; i++) {
        const Candidate *found = &best->found[i];
        uint16_t head = 0;
        while (head < kept.head_count && heads[head] != found->first)
            head++;
        if (head == kept.head_count)
            heads[kept.head_count++] = found->first;
        doubles[i] = (Double){.head = head, .second = found->second};
        memcpy(doubles[i].behind, found->behind, sizeof found->behind);
    }
    choices->heads_used += kept.head_count;
    choices->doubles_used += best->count;
    return kept;
}

Doubles two_characters(Choices *choices, Leads leads, int32_t trail, int32_t syllable, bool vanished) {
    int bytes[2];
    Asked asked = {leads, trail, syllable, leads_in(leads, bytes, 2) == 1, vanished};
    int set = asked.single ? bytes[0] : set_of(choices, leads);
    if (set == NONE || syllable == UNREAD)
        return (Doubles){0};
    uint64_t key = (uint64_t)(asked.single ? set : set + 256) << 32 | (uint64_t)(trail + 1) << 20 |
                   (uint64_t)(syllable + 1) << 1 | vanished;
    int32_t number = index_find(&choices->asked, key);
    if (number >= 0)
        return choices->kept[number];
    if (choices->kept_count == DOUBLES_KEPT || choices->doubles_used + MANY > DOUBLES_ROOM) {
        index_clear(&choices->asked);
        choices->kept_count = choices->doubles_used = choices->heads_used = 0;
    }
    Best best = {.count = 0, .most = asked.single ? DOUBLES : MANY};
    find_doubles(choices, &asked, &best);
    number = index_put(&choices->asked, key, choices->kept_count++);
    return choices->kept[number] = keep(choices, &best);
}
