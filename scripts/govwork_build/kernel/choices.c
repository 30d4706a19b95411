#include "choices.h"

#include <stdlib.h>
#include <string.h>

/* A character rarer than this is not tried where nothing is known of it; and where that before it is known. */
static const double MET = 2e-5, MET_BEHIND = 1e-6;
/* Marks met more often than this may stand behind any character. */
static const double MARK_MET = 1e-4;

int leads_in(Leads leads, int bytes[], int most) {
    int count = 0;
    /* Taking one away from a number clears its lowest bit and sets those below. */
    for (uint64_t rest = leads.low; rest && count < most; rest &= rest - 1)
        bytes[count++] = 0x80 + __builtin_ctzll(rest);
    for (uint64_t rest = leads.high; rest && count < most; rest &= rest - 1)
        bytes[count++] = 0xC0 + __builtin_ctzll(rest);
    return count;
}

/* The characters met more often than `least` after which a pair may vanish, or all of them. */
static int32_t met_more(const Choices *choices, double least, bool before_vanishing, uint16_t pairs[]) {
    int32_t count = 0;
    const Given *given = &choices->tables->given;
    for (int64_t i = 0; i < given->written_count && given->frequency[given->written[i]] > least; i++)
        if (!before_vanishing || any_lead(choices->held[trail_byte(given->written[i])]))
            pairs[count++] = given->written[i];
    return count;
}

int set_of(const Choices *choices, Leads leads) {
    for (int i = 0; i < choices->set_count; i++)
        if (same_leads(choices->sets[i], leads))
            return i;
    return NONE;
}

bool choices_new(Choices *choices, const Tables *tables) {
    const Given *given = &tables->given;
    choices->tables = tables;
    for (int trail = LEAD; trail <= LAST; trail++)
        for (int lead = LEAD; lead <= LAST; lead++)
            if (given->vanishes[trail << 8 | lead])
                choices->held[trail] = with_lead(choices->held[trail], lead);
    choices->firsts = malloc(PAIRS * sizeof *choices->firsts);
    choices->met = malloc(PAIRS * sizeof *choices->met);
    choices->met_before_vanishing = malloc(PAIRS * sizeof *choices->met_before_vanishing);
    choices->second_of_class = calloc(CLASSES, sizeof *choices->second_of_class);
    choices->same_class = malloc((PAIRS + 1) * sizeof *choices->same_class);
    choices->followers = calloc(CLASSES, sizeof *choices->followers);
    choices->first_of_class = calloc(CLASSES, sizeof *choices->first_of_class);
    choices->next_of_class = calloc(PAIRS, sizeof *choices->next_of_class);
    choices->kept = malloc(DOUBLES_KEPT * sizeof *choices->kept);
    choices->double_room = malloc(DOUBLES_ROOM * sizeof *choices->double_room);
    choices->head_room = malloc(DOUBLES_ROOM * sizeof *choices->head_room);
    if (!choices->firsts || !choices->met || !choices->met_before_vanishing ||
        !choices->second_of_class || !choices->same_class || !choices->followers || !choices->first_of_class ||
        !choices->next_of_class || !choices->kept ||
        !choices->double_room || !choices->head_room || !index_new(&choices->asked, DOUBLES_KEPT))
        return false;
    for (int trail = LEAD; trail <= LAST; trail++)
        if (any_lead(choices->held[trail]) && set_of(choices, choices->held[trail]) == NONE)
            choices->sets[choices->set_count++] = choices->held[trail];
    choices->first_count = met_more(choices, MET, true, choices->firsts);
    choices->met_count = met_more(choices, MET, false, choices->met);
    choices->met_before_vanishing_count = met_more(choices, MET_BEHIND, true, choices->met_before_vanishing);
    for (int64_t i = 0; i < given->written_count && choices->mark_count < FEW_MARKS; i++)
        if (given->frequency[given->written[i]] > MARK_MET && given->marks[given->code[given->written[i]]])
            choices->marks[choices->mark_count++] = given->written[i];
    for (int64_t i = given->written_count - 1; i >= 0; i--) {
        uint16_t pair = given->written[i], *first = &choices->first_of_class[given->class_of_pair[pair]];
        choices->next_of_class[pair] = *first;
        *first = pair;
    }
    for (int64_t i = 0; i < given->syllable_count; i++)
        if (given->read_starts[i + 1] - given->read_starts[i] > READ_ALIKE)
            return false;
    return true;
}

void choices_free(Choices *choices) {
    free(choices->firsts);
    free(choices->met);
    free(choices->met_before_vanishing);
    free(choices->second_of_class);
    free(choices->same_class);
    free(choices->followers);
    free(choices->first_of_class);
    free(choices->next_of_class);
    free(choices->kept);
    free(choices->double_room);
    free(choices->head_room);
    index_free(&choices->asked);
}

/* Of the characters those that a site would note, which notes what it made traditional; else all. */
static int noted(const Given *given, uint16_t pairs[], int count) {
    int kept = 0;
    for (int i = 0; i < count; i++)
        kept += given->converted[pairs[i]];
    if (!kept)
        return count;
    kept = 0;
    for (int i = 0; i < count; i++)
        if (given->converted[pairs[i]])
            pairs[kept++] = pairs[i];
    return kept;
}

/* The most frequent first; of as frequent ones those that stand first. Some hundreds are sorted at most. */
int likeliest(const Given *given, uint16_t pairs[], int count, int most) {
    for (int i = 1; i < count; i++) {
        uint16_t pair = pairs[i];
        int j = i;
        for (; j > 0 && given->frequency[pairs[j - 1]] < given->frequency[pair]; j--)
            pairs[j] = pairs[j - 1];
        pairs[j] = pair;
    }
    return count < most ? count : most;
}

int read_so(const Given *given, Leads leads, int32_t trail, int32_t syllable, uint16_t pairs[]) {
    int count = 0;
    if (syllable < 0)
        return 0;
    for (int32_t i = given->read_starts[syllable]; i < given->read_starts[syllable + 1]; i++) {
        uint16_t pair = given->read[i];
        if (given->frequency[pair] > 0.0 && has_lead(leads, lead_byte(pair)) &&
            (trail == NONE || trail_byte(pair) == trail))
            pairs[count++] = pair;
    }
    return noted(given, pairs, count);
}

int characters_with(const Choices *choices, Leads leads, int trail, int32_t syllable, uint16_t pairs[]) {
    const Given *given = &choices->tables->given;
    int count = 0;
    if (syllable != NONE) {
        uint16_t read[READ_ALIKE];
        count = likeliest(given, read, read_so(given, leads, trail, syllable, read), WIDEST);
        memcpy(pairs, read, (size_t)count * sizeof *pairs);
        return count;
    }
    int lead;
    if (leads_in(leads, &lead, 1) && same_leads(leads, lead_of(lead))) {
        pairs[0] = (uint16_t)(lead << 8 | trail);
        return given->frequency[pairs[0]] > 0.0;
    }
    for (int32_t i = given->by_trail_starts[trail]; i < given->by_trail_starts[trail + 1] && count < WIDEST; i++)
        if (has_lead(leads, lead_byte(given->by_trail[i])))
            pairs[count++] = given->by_trail[i];
    return count;
}

int characters_with_lead(const Choices *choices, int lead, uint16_t pairs[]) {
    const Given *given = &choices->tables->given;
    int32_t start = given->by_lead_starts[lead], count = given->by_lead_starts[lead + 1] - start;
    if (count > WIDEST)
        count = WIDEST;
    memcpy(pairs, given->by_lead + start, (size_t)count * sizeof *pairs);
    return count;
}

int characters_read(const Choices *choices, Leads leads, int32_t syllable, uint16_t pairs[]) {
    const Given *given = &choices->tables->given;
    uint16_t read[READ_ALIKE];
    int count = likeliest(given, read, read_so(given, leads, NONE, syllable, read), WIDEST);
    memcpy(pairs, read, (size_t)count * sizeof *pairs);
    return count;
}

int characters_before_vanishing(const Choices *choices, Leads leads, uint16_t pairs[]) {
    const Given *given = &choices->tables->given;
    uint16_t found[FEW_LEADS * BETWEEN];
    int bytes[FEW_LEADS], lead_count = leads_in(leads, bytes, FEW_LEADS), count = 0;
    for (int i = 0; i < lead_count; i++) {
        int own = 0;
        for (int32_t j = given->by_lead_starts[bytes[i]]; j < given->by_lead_starts[bytes[i] + 1] && own < BETWEEN; j++)
            if (any_lead(choices->held[trail_byte(given->by_lead[j])]))
                found[count + own++] = given->by_lead[j];
        count += own;
    }
    count = likeliest(given, found, count, BETWEEN);
    memcpy(pairs, found, (size_t)count * sizeof *pairs);
    return count;
}

/* A class, and how likely it is behind another. */
typedef struct {
    double chance;
    uint32_t class;
} Likely;

/* The likeliest classes that tables have behind one; of as likely ones the first. */
static int classes_behind(const Tables *tables, uint32_t class, Likely likely[FOLLOWERS]) {
    const Given *given = &tables->given;
    RowsOf rows = rows_of(&tables->pairs, class);
    int count = 0;
    for (int32_t row = rows.first; row < rows.first + rows.count; row++) {
        Likely one = {0.0, given->pairs[row] & (CLASSES - 1)};
        for (uint32_t k = 0; k < KINDS; k++)
            one.chance += given->weights[k] * (given->one_left[KINDS * class + k] * given->first[KINDS * one.class + k] +
                                               given->two[KINDS * (uint32_t)row + k]);
        if (count == FOLLOWERS && likely[FOLLOWERS - 1].chance >= one.chance)
            continue;
        int at = count < FOLLOWERS ? count++ : FOLLOWERS - 1;
        for (; at > 0 && likely[at - 1].chance < one.chance; at--)
            likely[at] = likely[at - 1];
        likely[at] = one;
    }
    return count;
}

static const Followers *followers_of(Choices *choices, uint32_t class) {
    const Given *given = &choices->tables->given;
    Followers *followers = &choices->followers[class];
    if (followers->made)
        return followers;
    followers->made = true;
    for (int i = 0; i < choices->mark_count; i++)
        followers->pairs[followers->count++] = choices->marks[i];
    Likely likely[FOLLOWERS];
    int count = classes_behind(choices->tables, class, likely);
    for (int i = 0; i < count; i++)
        for (uint16_t pair = choices->first_of_class[likely[i].class]; pair; pair = choices->next_of_class[pair])
            if (followers->count < FOLLOWERS && !given->marks[given->code[pair]])
                followers->pairs[followers->count++] = pair;
    return followers;
}

int characters_behind(Choices *choices, uint32_t class, Leads leads, bool before_vanishing, uint16_t pairs[]) {
    const Followers *followers = followers_of(choices, class);
    int count = 0;
    for (int i = 0; i < followers->count; i++) {
        uint16_t pair = followers->pairs[i];
        if (has_lead(leads, lead_byte(pair)) && (!before_vanishing || any_lead(choices->held[trail_byte(pair)])))
            pairs[count++] = pair;
    }
    return count;
}

Leads leads_behind(const Choices *choices, int lead, int32_t syllable) {
    const Given *given = &choices->tables->given;
    uint16_t pairs[READ_ALIKE];
    int count = 0;
    if (syllable >= 0)
        for (int32_t i = given->read_starts[syllable]; i < given->read_starts[syllable + 1]; i++)
            if (given->frequency[given->read[i]] > 0.0 && lead_byte(given->read[i]) == lead &&
                trail_byte(given->read[i]) >= LEAD)
                pairs[count++] = given->read[i];
    count = noted(given, pairs, count);
    Leads leads = {0, 0};
    for (int i = 0; i < count; i++)
        leads = with_lead(leads, trail_byte(pairs[i]));
    return leads;
}
