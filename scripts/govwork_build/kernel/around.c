#include "around.h"

#include "text.h"

/* What marks cost that stand where none should, and a quotation or bracket that is not paired. */
static const double UNPAIRED = -9.0, WRONG_MARK = -9.0;
/* The same of a mark that may stand in what is damaged: of the sources' 56 runs one holds such, and a line may have
   several. */
static const double HIDDEN = -3.0;
/* How much the words weigh beside the characters. */
static const double WORDS = 0.8;
/* A quotation of so few characters is a name, and has no full stop. */
enum { FEW_WORDS = 4 };
enum { FULL_STOP = 0x3002, OPENING = 0x201C, CLOSING = 0x201D };

static Text without_notes(const Tables *tables, const Text *text) {
    Text rest = {.count = 0};
    Seen seen = {tables, text->codes, text->count};
    for (int32_t at = 0; at < text->count;) {
        int32_t syllable, end = note_at(&seen, at, &syllable);
        if (end)
            at = end;
        else
            rest.codes[rest.count++] = text->codes[at++];
    }
    return rest;
}

static bool is_one_of(uint32_t code, const uint32_t *marks, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (marks[i] == code)
            return true;
    return false;
}

/* Of the marks that part and end sentences no two stand together, and what parts them ends no line, nor does a blank. */
static int32_t wrong_marks(const Text *text) {
    static const uint32_t ends[] = {0xFF0C, FULL_STOP, 0x3001, 0xFF1B, 0xFF1A, 0xFF01, 0xFF1F, ',', ';', ':'};
    static const uint32_t parts[] = {0xFF0C, 0x3001, ',', 0x3000};
    int32_t wrong = 0;
    for (int32_t i = 0; i + 1 < text->count; i++) {
        uint32_t next = text->codes[i + 1];
        wrong += next == '\n' ? is_one_of(text->codes[i], parts, sizeof parts / sizeof *parts)
                              : is_one_of(text->codes[i], ends, sizeof ends / sizeof *ends) &&
                                    is_one_of(next, ends, sizeof ends / sizeof *ends);
    }
    return wrong;
}

/* Quotations of few characters that end in a full stop. */
static int32_t short_sentences(const Text *text) {
    int32_t found = 0;
    for (int32_t i = 0; i < text->count; i++) {
        if (text->codes[i] != OPENING)
            continue;
        for (int32_t at = i + 1; at < i + FEW_WORDS && at + 2 < text->count; at++) {
            if (text->codes[at] == OPENING || text->codes[at] == CLOSING)
                break;
            if (text->codes[at + 1] == FULL_STOP && text->codes[at + 2] == CLOSING) {
                found++;
                i = at + 2;
                break;
            }
        }
    }
    return found;
}

/* Within a line quotation marks open and close by turns, and few words are no sentence. */
static double quotes(const Around *around, const Text *joined) {
    bool is_open = around->is_open;
    int32_t wrong = 0;
    for (int32_t i = 0; i < joined->count; i++)
        if (joined->codes[i] == OPENING || joined->codes[i] == CLOSING) {
            wrong += is_open == (joined->codes[i] == OPENING);
            is_open = joined->codes[i] == OPENING;
        }
    Text text = {.count = 0};
    add(&text, around->line_before, around->line_before_count);
    add(&text, joined->codes, joined->count);
    add(&text, around->line_after, around->line_after_count);
    return UNPAIRED * (wrong + (is_open != around->stays_open)) + WRONG_MARK * short_sentences(&text);
}

/* Marks that open, and as many that close. */
static const uint32_t BRACKETS[] = {'(', 0xFF08, 0x300C, 0x300E, ')', 0xFF09, 0x300D, 0x300F}, TITLES[] = {0x300A, 0x300B};

/* How many marks of a text close what it did not open, and how many open what it does not close. */
typedef struct {
    int32_t closing, opening;
} Unpaired;

static Unpaired unpaired(const Text *text, const uint32_t marks[], size_t count) {
    Unpaired found = {0, 0};
    for (int32_t i = 0; i < text->count; i++) {
        if (is_one_of(text->codes[i], marks, count / 2))
            found.opening++;
        else if (is_one_of(text->codes[i], marks + count / 2, count / 2)) {
            if (found.opening)
                found.opening--;
            else
                found.closing++;
        }
    }
    return found;
}

static int32_t more(int32_t a, int32_t b) { return a > b ? a - b : 0; }

/* Within a line each bracket that opens is closed. */
static double brackets(const Around *around, const Text *text) {
    Unpaired found = unpaired(text, BRACKETS, sizeof BRACKETS / sizeof *BRACKETS);
    return UNPAIRED * (more(found.closing, around->opened) + more(found.opening, around->closed));
}

/* A title that closes was opened: no list is numbered with such marks. That one which opens closes in its line is not
   asked, since much would speak against it that only looks like damage. */
static double titles(const Around *around, const Text *text) {
    Unpaired found = unpaired(text, TITLES, sizeof TITLES / sizeof *TITLES);
    int32_t open = more(around->titles_opened, found.closing) + found.opening;
    double before = around->seen_before ? UNPAIRED : HIDDEN, behind = around->seen_behind ? UNPAIRED : HIDDEN;
    return before * more(found.closing, around->titles_opened) +
           (before > behind ? before : behind) * more(around->titles_closed, open);
}

/* What is around says of a text, written with its notes and without. */
static double around_text(const Page *page, const Around *around, const Text *joined, const Text *plain, bool ends_line) {
    const Tables *tables = page->tables;
    Text whole = {.count = 0}, near = {.count = 0};
    add(&whole, around->before, around->before_count);
    add(&whole, plain->codes, plain->count);
    add(&whole, around->after, around->after_count);
    uint32_t classes[LONGEST];
    double best[LONGEST + 1];
    for (int32_t i = 0; i < whole.count; i++)
        classes[i] = tables->given.class_of_code[whole.codes[i]];
    double words = words_score(tables, classes, whole.count, best);
    if (around->before_count)
        add(&near, around->before + around->before_count - 1, 1);
    add(&near, plain->codes, plain->count);
    if (ends_line) {
        while (near.count && near.codes[--near.count] != '<')
            ;
        add_one(&near, '\n');
    } else if (around->after_count) {
        add(&near, around->after, 1);
    }
    return quotes(around, joined) + brackets(around, plain) + titles(around, plain) + WRONG_MARK * wrong_marks(&near) +
           WORDS * words;
}

/* Whether a lost byte took the `<` of a tag: where a tag stood, a line ends. */
static bool ends_line(const Page *page, const Around *around, const Piece *pieces, int32_t count) {
    while (count && !pieces[count - 1].changed)
        count--;
    if (!count)
        return false;
    const Piece *last = &pieces[count - 1];
    Text text = {.count = 0};
    add_changed(&text, last);
    Seen seen = seen_of(page, around);
    return text.count && text.codes[text.count - 1] == '<' && rest_of_tag(&seen, last->end);
}

double around_reading(const Page *page, const Around *around, const Piece *pieces, int32_t count) {
    Text joined = {.count = 0};
    for (int32_t i = 0; i < count; i++)
        add_piece(&joined, around->codes, &pieces[i]);
    Text plain = without_notes(page->tables, &joined);
    return around_text(page, around, &joined, &plain, ends_line(page, around, pieces, count));
}

/* The log-chance of the characters of a text behind what is before. */
static double characters(const Page *page, const Around *around, const Text *text) {
    uint32_t classes[LONGEST + 2] = {'\n', '\n'};
    double scores[LONGEST], sum = 0.0;
    for (int32_t i = 0; i < 2 && i < around->before_count; i++)
        classes[1 - i] = page->tables->given.class_of_code[around->before[around->before_count - 1 - i]];
    for (int32_t i = 0; i < text->count; i++)
        classes[i + 2] = page->tables->given.class_of_code[text->codes[i]];
    page_scores(page, classes, text->count, scores);
    for (int32_t i = 0; i < text->count; i++)
        sum += scores[i] + page->costs[page->scripts[below(text->codes[i])]];
    return sum;
}

double around_seen(const Page *page, const Around *around, int32_t start, int32_t end) {
    Text seen = {.count = 0};
    add(&seen, around->codes + start, end - start);
    Text plain = without_notes(page->tables, &seen);
    return characters(page, around, &plain) + around_text(page, around, &plain, &plain, false);
}
