/* The characters that may stand at one place of a damaged text, by its bytes and notes: the likeliest of them. */
#ifndef GOVWORK_CHOICES_H
#define GOVWORK_CHOICES_H

#include "notes.h"

/* Of the characters that may stand at one place, so many of the likeliest are tried; of two at once, if one byte may
   stand before them and if many may; and of those of which nothing is known but what may stand before and behind. */
enum { WIDEST = 160, DOUBLES = 64, MANY = 400, BETWEEN = 128 };
/* No syllable is the reading of so many characters. */
enum { READ_ALIKE = 1024 };
/* Of what may be held, so few that two characters are tried for each. */
enum { FEW_LEADS = 6 };
/* Where nothing is seen of a character, so many are tried that may stand behind the one before. */
enum { FOLLOWERS = 48, FEW_MARKS = 16 };

/* Bytes that a character may begin with, as bits from byte 0x80 on. */
typedef struct {
    uint64_t low, high;
} Leads;

static inline Leads lead_of(int byte) {
    int bit = byte - 0x80;
    Leads leads = {0, 0};
    if (bit >= 64)
        leads.high = (uint64_t)1 << (bit - 64);
    else if (bit >= 0)
        leads.low = (uint64_t)1 << bit;
    return leads;
}

static inline bool has_lead(Leads leads, int byte) {
    Leads one = lead_of(byte);
    return (leads.low & one.low) | (leads.high & one.high);
}

static inline Leads with_lead(Leads leads, int byte) {
    Leads one = lead_of(byte);
    return (Leads){leads.low | one.low, leads.high | one.high};
}

static inline bool any_lead(Leads leads) { return leads.low | leads.high; }
static inline bool same_leads(Leads a, Leads b) { return a.low == b.low && a.high == b.high; }

/* So many bytes a set has; those beyond `most` are not counted. */
int leads_in(Leads leads, int bytes[], int most);

/* Two characters with a pair between them that vanishes: which of some heads the first is, the second by its bytes, code
   and class, and how likely that is behind the first by the counts of each kind of texts, and by all at most, whatever
   is before. */
typedef struct {
    double behind[KINDS], most;
    uint16_t head, second, code, class;
} Double;

/* Such characters, the likeliest first. */
typedef struct {
    int32_t count, head_count;
    const Double *doubles;
    const Character *heads;
} Doubles;

/* Doubles are made once and kept, in so much room; when it is full, all are let go of. */
enum { DOUBLES_KEPT = 1 << 15, DOUBLES_ROOM = 1 << 20 };

/* What may stand behind a character: marks, and the likeliest others in order; `made` says whether that was asked before. */
typedef struct {
    uint16_t pairs[FOLLOWERS];
    uint16_t count;
    bool made;
} Followers;

typedef struct {
    const Tables *tables;
    /* By a trail byte: the bytes that make with it a pair that vanishes, and may begin a character. */
    Leads held[256];
    /* The same, each set once. */
    Leads sets[256];
    int set_count;
    /* The characters that may stand before a pair that vanishes and behind it, if nothing else is known: the likeliest first. */
    uint16_t *firsts, *met, *met_before_vanishing;
    int32_t first_count, met_count, met_before_vanishing_count;
    /* While doubles are looked for: by a class, the first second of it, and behind each the next; numbered from 1, 0 for none. */
    uint16_t *second_of_class, *same_class;
    /* Marks that may stand behind any character; by class what may stand behind it; and by class the first character of it
       that texts are written with, and behind each, by its bytes, the next: 0 for none. */
    uint16_t marks[FEW_MARKS];
    int mark_count;
    Followers *followers;
    uint16_t *first_of_class, *next_of_class;
    /* The doubles kept, by number; what they are asked by, which leads away from the number; and their room. */
    Doubles *kept;
    Index asked;
    Double *double_room;
    Character *head_room;
    int32_t kept_count, doubles_used, heads_used;
} Choices;

bool choices_new(Choices *choices, const Tables *tables);
void choices_free(Choices *choices);

/* The number of a set that may be held, or NONE. */
int set_of(const Choices *choices, Leads leads);

/* The characters with a reading, by their bytes, that begin with one of `leads` and end so if that is known. */
int read_so(const Given *given, Leads leads, int32_t trail, int32_t syllable, uint16_t pairs[]);

/* Each writes the bytes of the characters to `pairs`, which has room for WIDEST, and says how many there are. */
int characters_with(const Choices *choices, Leads leads, int trail, int32_t syllable, uint16_t pairs[]);
int characters_with_lead(const Choices *choices, int lead, uint16_t pairs[]);
int characters_read(const Choices *choices, Leads leads, int32_t syllable, uint16_t pairs[]);
int characters_before_vanishing(const Choices *choices, Leads leads, uint16_t pairs[]);

/* The characters that may stand behind one of that class and begin with one of `leads`; of those behind which a pair may
   vanish, if they are to be. */
int characters_behind(Choices *choices, uint32_t class, Leads leads, bool before_vanishing, uint16_t pairs[]);

/* Sorts characters, the most frequent first, and says how many are left of them if that may be so many `most`. */
int likeliest(const Given *given, uint16_t pairs[], int count, int most);

/* What is held behind a lost byte that was the second of a character with this reading, of which `lead` is the first. */
Leads leads_behind(const Choices *choices, int lead, int32_t syllable);

/* Two characters of which the first begins with one of `leads`, which are one byte or what may be held behind a pair
   that vanished; the second ends with `trail` if that is not NONE, and has the reading if that is not. If they are `vanished`, a pair vanishes behind the second too. */
Doubles two_characters(Choices *choices, Leads leads, int32_t trail, int32_t syllable, bool vanished);

#endif
