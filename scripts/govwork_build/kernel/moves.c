#include "beam.h"

#include <assert.h>
#include <math.h>

/* How much less likely than the best a reading may be that goes on; and one that goes on where a pair of bytes vanished. */
static const double FAR = 11.0, NARROW = 6.0;
/* What a reading must be worth to assume a break; and how likely a character that a lost byte took is at least, whatever it
   was, where no digit is likelier. */
static const double BREAK = -4.0, TAKEN = 0.0025;
/* No chance is more, which leaves room for rounding. */
static const double MOST = 1.000001;
/* A letter and a digit, as characters are counted; and what stands for a swallowed character that nothing tells. */
static const uint32_t LETTER = 'a', DIGIT = '0', UNTOLD = '?';

/* A way to go on over what is seen up to `end`, to one more character. */
typedef struct {
    int32_t end;
    Leads held;
    /* The sign that a lost byte took with it, or UNTOLD; a letter that was read as a trail byte; 0 for none. */
    uint32_t swallowed;
    uint8_t vanished;
    bool tag;
} Move;

/* Whether a decoder may fall back into step before what stands there, or a run begin. */
static bool mark_at(const Seen *seen, int32_t at) {
    uint32_t code = seen_at(seen, at);
    return code < CLASSES && seen->tables->given.marks[code];
}

static Reading reading_of(const Reading *from, int32_t parent, const Move *move, uint16_t pair, double score) {
    return (Reading){.score = score, .leads = move->held, .before = from->last, .parent = parent, .start = from->end,
                     .end = move->end, .pair = pair, .vanished = move->vanished, .changed = true,
                     .swallowed = move->swallowed, .tag = move->tag};
}

/* What is counted behind a character of which something is not seen that stood there: a sign or letter, what nothing tells
   as the digit that it mostly is, and the end of a line before a tag. */
static uint32_t unseen_class(const Page *page, const Reading *reading) {
    if (reading->tag)
        return '\n';
    return reading->swallowed == UNTOLD ? DIGIT : page->tables->given.class_of_code[reading->swallowed];
}

/* Puts last in a reading its character, and what stood behind it and is not seen. */
static void end_reading(const Page *page, Reading *reading, uint32_t class) {
    uint32_t before = reading->before;
    reading->last = class;
    if (!reading->swallowed && !reading->tag)
        return;
    uint32_t unseen = unseen_class(page, reading);
    State state = state_of(page, before, class);
    double chance = chance_of(page, &state, unseen);
    reading->score += log(reading->swallowed == UNTOLD ? fmax(chance, TAKEN) : chance);
    reading->before = class;
    reading->last = reading->tag ? LETTER : unseen;
}

/* Puts a reading among those of a group, if it is likely enough. */
static void keep_likely(Group *group, const Reading *reading) {
    if (reading->score > least_of(group))
        put_in(group, reading);
}

static Group *group_of_move(Search *search, Step *step, const Move *move) {
    uint8_t kind = move->vanished || any_lead(move->held) ? move->vanished : IN_STEP;
    return group_for(search, step, move->end, kind);
}

/* The characters of these bytes, one of which comes next. */
static void add_singles(Search *search, Step *step, int32_t parent, const State *state, const Move *move,
                        const uint16_t pairs[], int count) {
    const Page *page = search->page;
    const Reading *from = &search->made[parent];
    Group *group = count ? group_of_move(search, step, move) : NULL;
    if (!group)
        return;
    double base = from->score, least = exp(least_of(group) - base);
    if (least > MOST)
        return;
    for (int i = 0; i < count; i++) {
        const Character *character = &page->tables->characters[pairs[i]];
        double chance = chance_of_character(page, state, character);
        uint8_t script = page->scripts[character->code];
        /* Logarithms are taken of what may be kept. */
        if (chance * page->factors[script] * MOST < least)
            continue;
        double score = base + (log(chance) + page->costs[script]);
        if (score <= least_of(group))
            continue;
        Reading reading = reading_of(from, parent, move, pairs[i], score);
        reading.code = character->code;
        if (move->vanished)
            reading.leads = search->choices.held[pairs[i] & 0xFF];
        end_reading(page, &reading, character->class);
        keep_likely(group, &reading);
        least = exp(least_of(group) - base);
    }
}

/* The first of two characters, and what it says of the second; `likely` is its chance by its script, too, and `first` its
   class where keys have it. */
typedef struct {
    State state;
    double chance, score, likely;
    uint64_t first;
    uint8_t script;
    bool known;
} Head;

/* The most that the chance of the second can be, if the page has not both together. */
static double most_of(const Page *page, const Double *two) {
    return page->of_all * two->most + page->of_page * page->first[page->numbers[two->class]] + UNSEEN;
}

/* Of two characters those that may be as likely as `least`: their numbers, and some more. Most are not. */
static int likely_doubles(const Page *page, const Doubles *doubles, const Head heads[], double least, uint16_t numbers[]) {
    int count = 0;
    for (int i = 0; i < doubles->count; i++) {
        const Double *two = &doubles->doubles[i];
        const Head *head = &heads[two->head];
        /* Nothing that a processor could guess wrong. */
        numbers[count] = (uint16_t)i;
        count += (head->likely * page->factors[page->scripts[two->code]] * most_of(page, two) >= least) |
                 ((head->likely >= least) & index_may_have(&page->pairs, head->first | two->class));
    }
    return count;
}

static void add_doubles(Search *search, Step *step, int32_t parent, const State *state, const Move *move,
                        Doubles doubles) {
    const Page *page = search->page;
    const Reading *from = &search->made[parent];
    Group *group = doubles.count ? group_of_move(search, step, move) : NULL;
    if (!group)
        return;
    double base = from->score, least = exp(least_of(group) - base);
    if (least > MOST)
        return;
    Head heads[MANY];
    for (int i = 0; i < doubles.head_count; i++) {
        const Character *first = &doubles.heads[i];
        Head *head = &heads[i];
        head->script = page->scripts[first->code];
        head->chance = chance_of_character(page, state, first);
        head->likely = head->chance * page->factors[head->script] * MOST;
        head->first = (uint64_t)first->class << 16;
        head->known = false;
    }
    uint16_t numbers[MANY];
    int count = likely_doubles(page, &doubles, heads, least, numbers);
    for (int i = 0; i < count; i++) {
        const Double *two = &doubles.doubles[numbers[i]];
        Head *head = &heads[two->head];
        const Character *first = &doubles.heads[two->head];
        uint8_t script = page->scripts[two->code];
        double least_behind = least / (head->likely * page->factors[script]);
        if (most_of(page, two) < least_behind && index_find(&page->pairs, head->first | two->class) < 0) {
            assert(chance_of(page, (State[]){state_of(page, from->last, first->class)}, two->class) < least_behind);
            continue;
        }
        if (!head->known) {
            head->state = state_of(page, from->last, first->class);
            head->score = log(head->chance) + page->costs[head->script];
            head->known = true;
        }
        double chance = chance_behind(page, &head->state, two->class, two->behind);
        if (chance < least_behind)
            continue;
        double score = base + (head->score + (log(chance) + page->costs[script]));
        if (score <= least_of(group))
            continue;
        Reading reading = reading_of(from, parent, move, two->second, score);
        reading.first = first->code;
        reading.code = two->code;
        reading.before = first->class;
        if (move->vanished)
            reading.leads = search->choices.held[two->second & 0xFF];
        end_reading(page, &reading, two->class);
        keep_likely(group, &reading);
        least = exp(least_of(group) - base);
    }
}

/* In step: the character itself, with its notes. */
static void stay_in_step(Search *search, Step *step, int32_t parent, const State *state, int32_t at) {
    const Page *page = search->page;
    const Reading *from = &search->made[parent];
    uint32_t code = search->seen.codes[at], class = page->tables->given.class_of_code[code];
    uint16_t pair = pair_or_byte(&search->seen, at);
    Move move = {.end = behind_notes(&search->seen, at + 1, &pair)};
    Group *group = group_of_move(search, step, &move);
    if (!group)
        return;
    double score = from->score + (log(chance_of(page, state, class)) + page->costs[page->scripts[below(code)]]);
    Reading reading = reading_of(from, parent, &move, pair, score);
    reading.changed = false;
    end_reading(page, &reading, class);
    keep_likely(group, &reading);
}

/* The characters that a `?` out of step may end, with the reading a note gives. */
static void end_out_of_step(Search *search, Step *step, int32_t parent, const State *state, const Move *move,
                            int32_t syllable, bool may_vanish) {
    Leads leads = search->made[parent].leads;
    uint16_t pairs[WIDEST];
    int bytes[FEW_LEADS + 1], few = leads_in(leads, bytes, FEW_LEADS + 1);
    if (syllable != NONE)
        add_singles(search, step, parent, state, move, pairs,
                    characters_read(&search->choices, leads, syllable, pairs));
    else if (few <= FEW_LEADS)
        for (int i = 0; i < few; i++)
            add_singles(search, step, parent, state, move, pairs,
                        characters_with_lead(&search->choices, bytes[i], pairs));
    else if (have_vanished(search->made[parent].vanished))
        add_singles(search, step, parent, state, move, pairs,
                    characters_behind(&search->choices, search->made[parent].last, leads, false, pairs));
    for (int i = 0; may_vanish && i < few; i++)
        add_doubles(search, step, parent, state, move,
                    two_characters(&search->choices, lead_of(bytes[i]), NONE, syllable, false));
}

/* Whether a sign may have stood before a character: the page has both together, and they are no number, name or end of
   a line, of which a lost byte may have taken anything. */
static bool may_stand_before(const Page *page, char sign, uint32_t code) {
    uint32_t class = page->tables->given.class_of_code[code];
    return class != LETTER && class != DIGIT && class != '\n' && index_find(&page->signs, key_of_sign(sign, code)) >= 0;
}

static bool is_digit(uint32_t code) { return code >= '0' && code <= '9'; }

/* Whether a lost byte took nothing that stood before this place: a mark, or the end of a line. A point before a digit is
   that of a number, which begins with another. */
static bool falls_into_step_at(const Seen *seen, int32_t at) {
    if (seen_at(seen, at) == '.' && is_digit(seen_at(seen, at + 1)))
        return false;
    return mark_at(seen, at) || seen_at(seen, at) == '\n';
}

/* A `?` out of step is the trail byte of a character, or of the next one where a pair vanished before it. */
static void fall_into_step(Search *search, Step *step, int32_t parent, const State *state, int32_t at,
                           bool may_vanish) {
    int32_t syllable = NONE, rest = rest_of_note(&search->seen, at + 1, &syllable);
    Move move = {.end = rest ? behind_notes(&search->seen, rest, NULL) : at + 1};
    uint32_t following = seen_at(&search->seen, at + 1);
    if (!rest && at + 1 < search->seen.length) {
        bool falls = falls_into_step_at(&search->seen, at + 1);
        move.tag = !falls && rest_of_tag(&search->seen, at + 1);
        for (const char *sign = move.tag ? "" : SIGNS; *sign; sign++)
            if (may_stand_before(search->page, *sign, following)) {
                move.swallowed = (uint32_t)*sign;
                end_out_of_step(search, step, parent, state, &move, syllable, may_vanish);
            }
        move.swallowed = falls || move.tag ? 0 : UNTOLD;
    }
    end_out_of_step(search, step, parent, state, &move, syllable, may_vanish);
}

static bool is_letter(uint32_t code) { return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z'); }

/* Out of step: a byte, or two, of which the first is the trail byte of a character. Pairs may have vanished before
   it, if that is tried. */
static void go_on(Search *search, Step *step, int32_t parent, const State *state, int32_t at, bool try_vanished) {
    Choices *choices = &search->choices;
    const Reading *from = &search->made[parent];
    Leads leads = from->leads;
    uint8_t vanished = from->vanished;
    uint16_t pairs[WIDEST];
    int bytes[FEW_LEADS + 1], few = leads_in(leads, bytes, FEW_LEADS + 1);
    bool may_vanish = try_vanished && !vanished && few <= FEW_LEADS;
    if (may_vanish) {
        /* Pairs that left nothing: the trail byte of a character, and a byte that the next one may begin with. */
        Move move = {.end = at, .vanished = 1};
        add_singles(search, step, parent, state, &move, pairs, characters_before_vanishing(choices, leads, pairs));
        move.vanished = 2;
        for (int i = 0; i < few; i++)
            add_doubles(search, step, parent, state, &move,
                        two_characters(choices, lead_of(bytes[i]), NONE, NONE, true));
    }
    if (have_vanished(vanished) && vanished < MOST_VANISHED) {
        Move move = {.end = at, .vanished = (uint8_t)(vanished + 1)};
        add_singles(search, step, parent, state, &move, pairs,
                    characters_behind(choices, from->last, leads, true, pairs));
    }
    int32_t note_syllable, note = note_at(&search->seen, at + 1, &note_syllable);
    int byte = byte_of(seen_at(&search->seen, at));
    uint16_t pair = pair_of(search->page->tables, seen_at(&search->seen, at));
    for (int halves = 1; halves <= 2; halves++) {
        int trail = halves == 1 ? byte : pair >> 8;
        if ((halves == 1 && byte == NONE) || trail < TRAIL)
            continue;
        int32_t syllable = halves == 1 && note ? note_syllable : NONE;
        Move move = {.end = note ? behind_notes(&search->seen, at + 1, halves == 1 ? NULL : &pair) : at + 1};
        if (halves == 2) {
            move.held = lead_of(pair & 0xFF);
            /* No character begins with such a byte: it may have been a letter of its own. */
            if ((pair & 0xFF) < LEAD) {
                if (!is_letter(pair & 0xFF))
                    continue;
                move.swallowed = pair & 0xFF;
            }
        }
        if (vanished == 1) {
            /* Where one pair vanished, another did: one alone is among the moves of two characters. */
            add_doubles(search, step, parent, state, &move, two_characters(choices, leads, trail, syllable, false));
            continue;
        }
        add_singles(search, step, parent, state, &move, pairs, characters_with(choices, leads, trail, syllable, pairs));
        for (int i = 0; may_vanish && i < few; i++)
            add_doubles(search, step, parent, state, &move,
                        two_characters(choices, lead_of(bytes[i]), trail, syllable, false));
    }
    if (search->seen.codes[at] == '?')
        fall_into_step(search, step, parent, state, at, may_vanish);
}

Step step_from(Search *search, const int32_t *here, int32_t count, int32_t at, double best) {
    Step step = {.count = 0};
    for (int32_t i = 0; i < count; i++) {
        const Reading *from = &search->made[here[i]];
        if (from->score < best - FAR)
            continue;
        State state = state_of(search->page, from->before, from->last);
        if (any_lead(from->leads))
            /* What is far behind the best has no room for more to be missing. */
            go_on(search, &step, here[i], &state, at, from->score >= best - NARROW);
        else
            stay_in_step(search, &step, here[i], &state, at);
    }
    return step;
}

Step open_runs(Search *search, const int32_t *here, int32_t count, int32_t at) {
    Step step = {.count = 0};
    int32_t syllable = NONE, rest = rest_of_note(&search->seen, at + 1, &syllable);
    for (int32_t i = 0; i < count; i++) {
        const Reading *from = &search->made[here[i]];
        if (any_lead(from->leads))
            continue;
        Leads leads = {0, 0};
        int32_t end = at + 1;
        if (rest) {
            end = behind_notes(&search->seen, rest, NULL);
            leads = leads_behind(&search->choices, from->pair & 0xFF, syllable);
        } else if (mark_at(&search->seen, at + 1)) {
            for (int byte = LEAD; byte <= LAST; byte++)
                leads = with_lead(leads, byte);
        }
        Group *group = any_lead(leads) ? group_for(search, &step, end, 0) : NULL;
        if (!group)
            continue;
        /* What broke the text is seen at once: no pair can have vanished before it. */
        group->readings[group->count++] = (Reading){
            .score = from->score + BREAK, .leads = leads, .before = from->before, .last = from->last,
            .parent = here[i], .start = at, .end = end, .pair = from->pair, .vanished = rest ? 0 : NONE_VANISHED,
            .changed = true};
    }
    return step;
}
