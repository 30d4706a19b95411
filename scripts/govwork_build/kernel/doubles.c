#include <math.h>
#include <string.h>

#include "choices.h"

/* Two characters, how likely they are wherever they may be, and the second behind the first. */
typedef struct {
    double chance, behind[KINDS], most;
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

/* Puts in two characters, the row of whose classes is that, or -1. */
static void add_double(const Tables *tables, const Character *first, const Character *second, int32_t row, Best *best) {
    const Given *given = &tables->given;
    double most = row < 0 ? tables->most_unpaired : tables->most_three[row];
    Candidate candidate = {.chance = 0.0, .most = most, .first = first->pair, .second = second->pair};
    for (uint32_t k = 0; k < KINDS; k++) {
        candidate.behind[k] = given->one_left[KINDS * first->class + k] * second->first[k];
        if (row >= 0)
            candidate.behind[k] += given->two[KINDS * (uint32_t)row + k];
        candidate.chance += given->weights[k] * (first->first[k] * candidate.behind[k]);
        candidate.most += given->weights[k] * candidate.behind[k];
    }
    if (candidate.chance >= least_of(best))
        put_in(best, &candidate);
}

/* Whether nothing is seen of the pair between two characters. */
static bool vanishes_between(const Given *given, uint16_t first, uint16_t second) {
    return given->vanishes[trail_byte(first) << 8 | lead_byte(second)];
}

/* Puts in the doubles that begin with `first` and stand together in a table. */
static void add_known(const Choices *choices, uint16_t first, const uint16_t seconds[], Best *best) {
    const Tables *tables = choices->tables;
    const Character *head = &tables->characters[first];
    RowsOf pairs = rows_of(&tables->pairs, head->class);
    for (int32_t row = pairs.first; row < pairs.first + pairs.count; row++)
        for (int32_t i = choices->second_of_class[tables->given.pairs[row] & (CLASSES - 1)]; i; i = choices->same_class[i])
            if (vanishes_between(&tables->given, first, seconds[i - 1]))
                add_double(tables, head, &tables->characters[seconds[i - 1]], row, best);
}

/* Puts in those that no table has together, which are as likely as the second at most, wherever that is. */
static void add_others(const Tables *tables, uint16_t first, const uint16_t seconds[], int32_t count, Best *best) {
    const Given *given = &tables->given;
    const Character *head = &tables->characters[first];
    RowsOf pairs = rows_of(&tables->pairs, head->class);
    double most_alone = 0.0;
    for (uint32_t k = 0; k < KINDS; k++)
        most_alone = fmax(most_alone, head->first[k] * given->one_left[KINDS * head->class + k]);
    for (int32_t i = 0; i < count && most_alone * given->frequency[seconds[i]] >= least_of(best); i++) {
        const Character *second = &tables->characters[seconds[i]];
        if (vanishes_between(given, first, seconds[i]) && row_of(&pairs, second->class) < 0)
            add_double(tables, head, second, -1, best);
    }
}

/* What two characters are asked by. */
typedef struct {
    Leads leads;
    int32_t trail, syllable;
    bool single, vanished;
} Asked;

/* What the second of two characters may be, the likeliest first. */
static const uint16_t *seconds_of(const Choices *choices, const Asked *asked, uint16_t read[], int32_t *count) {
    const Given *given = &choices->tables->given;
    if (asked->vanished) {
        *count = choices->met_before_vanishing_count;
        return choices->met_before_vanishing;
    }
    if (asked->syllable != NONE) {
        Leads any = {~(uint64_t)0, ~(uint64_t)0};
        *count = read_so(given, any, asked->trail, asked->syllable, read);
        *count = likeliest(given, read, *count, READ_ALIKE);
        return read;
    }
    if (asked->trail != NONE) {
        *count = given->by_trail_starts[asked->trail + 1] - given->by_trail_starts[asked->trail];
        return given->by_trail + given->by_trail_starts[asked->trail];
    }
    *count = choices->met_count;
    return choices->met;
}

/* Links the seconds of each class: the number of the first, from 1, and of the next behind each. */
static void link_seconds(Choices *choices, const uint16_t seconds[], int32_t count) {
    for (int32_t i = count; i > 0; i--) {
        uint16_t *first = &choices->second_of_class[choices->tables->characters[seconds[i - 1]].class];
        choices->same_class[i] = *first;
        *first = (uint16_t)i;
    }
}

static void unlink_seconds(Choices *choices, const uint16_t seconds[], int32_t count) {
    for (int32_t i = 0; i < count; i++)
        choices->second_of_class[choices->tables->characters[seconds[i]].class] = 0;
}

static void find_doubles(Choices *choices, const Asked *asked, Best *best) {
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
    link_seconds(choices, seconds, count);
    for (const uint16_t *first = firsts; first < end; first++)
        if (has_lead(asked->leads, lead_byte(*first)))
            add_known(choices, *first, seconds, best);
    unlink_seconds(choices, seconds, count);
    for (const uint16_t *first = firsts; first < end; first++)
        if (has_lead(asked->leads, lead_byte(*first)))
            add_others(choices->tables, *first, seconds, count, best);
}

/* Keeps what was found. */
static Doubles keep(Choices *choices, const Best *best) {
    Character *heads = choices->head_room + choices->heads_used;
    Double *doubles = choices->double_room + choices->doubles_used;
    Doubles kept = {best->count, 0, doubles, heads};
    for (int i = 0; i < best->count; i++) {
        const Candidate *found = &best->found[i];
        uint16_t head = 0;
        while (head < kept.head_count && heads[head].pair != found->first)
            head++;
        if (head == kept.head_count)
            heads[kept.head_count++] = choices->tables->characters[found->first];
        const Character *second = &choices->tables->characters[found->second];
        doubles[i] = (Double){
            .most = found->most, .head = head, .second = second->pair, .code = second->code, .class = second->class};
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
