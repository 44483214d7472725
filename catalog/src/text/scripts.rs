//! Scripts that are written without spaces between words: Chinese, Japanese, Korean (whose compounds have none) and those of South-East
//! Asia. A run of one of them is searched by its *pairs*: each two letters that stand side by side. Knows no dictionary.

use crate::text::fold::is_mark;

/// A part of a run of letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// A word as spaces part it.
    Word(&'t str),
    /// A run of one script without spaces.
    Run(&'t str),
}

/// Scripts that are parted from one another, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Spaced,
    EastAsian,
    Hangul,
    Thai,
    Lao,
    Burmese,
    Khmer,
}

/// Cuts a run of letters and digits where its script changes.
pub(crate) fn parts(run: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = run;
    core::iter::from_fn(move || {
        let script = script(rest.chars().next()?);
        // Nearly all of them are words of one script.
        let end = if rest.is_ascii() { None } else { rest.find(|other| self::script(other) != script) };
        let (part, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        Some(if script == Script::Spaced { Part::Word(part) } else { Part::Run(part) })
    })
}

/// Calls `visit` with each pair of letters of a run, or with its only letter.
pub(crate) fn pairs<'t>(run: &'t str, mut visit: impl FnMut(&'t str)) {
    let mut starts = letters(run);
    let (mut before, mut start) = (starts.next().unwrap_or_default(), starts.next());
    while let Some(second) = start {
        start = starts.next();
        visit(run.get(before..start.unwrap_or(run.len())).unwrap_or_default());
        before = second;
    }
    if letters(run).nth(1).is_none() {
        visit(run);
    }
}

/// Whether a word is of a script without spaces.
pub(crate) fn is_unspaced(word: &str) -> bool {
    word.chars().next().is_some_and(|first| script(first) != Script::Spaced)
}

/// Whether a word is one letter of such a script: it stands for all pairs that begin with it.
pub(crate) fn is_lone(word: &str) -> bool {
    is_unspaced(word) && letters(word).nth(1).is_none()
}

/// The last letter of a pair that ends a run: no pair begins with it.
pub(crate) fn last_of_run<'t>(pair: &'t str, behind: &str) -> Option<&'t str> {
    let first = pair.chars().next().filter(|first| script(*first) != Script::Spaced)?;
    if behind.chars().next().is_some_and(|next| script(next) == script(first)) {
        return None;
    }
    pair.get(letters(pair).nth(1)?..)
}

/// Where each letter of a run starts; marks, and the vowels and tails of a Korean syllable, belong to the one before.
fn letters(run: &str) -> impl Iterator<Item = usize> {
    run.char_indices().filter(|(place, character)| *place == 0 || !is_part(*character)).map(|(place, _)| place)
}

fn is_part(character: char) -> bool {
    let is_vowel = matches!(
        character,
        '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{eb1}'
            | '\u{eb4}'..='\u{ebc}'
            | '\u{ec8}'..='\u{ece}'
            | '\u{102b}'..='\u{103e}'
            | '\u{1056}'..='\u{1059}'
            | '\u{1160}'..='\u{11ff}'
            | '\u{17b4}'..='\u{17d3}'
    );
    is_vowel || is_mark(character)
}

fn script(character: char) -> Script {
    if character < '\u{e00}' {
        return Script::Spaced;
    }
    match character {
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        '\u{e80}'..='\u{eff}' => Script::Lao,
        '\u{1000}'..='\u{109f}' => Script::Burmese,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' => {
            Script::Hangul
        }
        '\u{1780}'..='\u{17ff}' => Script::Khmer,
        '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Script::EastAsian,
        _ => Script::Spaced,
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, last_of_run, pairs, parts};
    use crate::text::fold::fold;

    #[track_caller]
    fn check(run: &str, expect: &str) {
        let folded = fold(run).into_owned();
        let mut found = Vec::new();
        for part in parts(&folded) {
            match part {
                Part::Word(word) => found.push(word),
                Part::Run(run) => pairs(run, |pair| found.push(pair)),
            }
        }
        assert_eq!(found.join(" "), fold(expect), "{run}");
    }

    #[test]
    fn runs_are_cut_into_pairs_and_parted_from_words() {
        check("耳机", "耳机");
        check("茶", "茶");
        check("无线蓝牙", "无线 线蓝 蓝牙");
        check("USB充电器2个", "usb 充电 电器 2 个");
        check("ガラス", "ガラ ラス");
        check("이어폰", "이어 어폰");
        check("ไร้สาย", "ไร้ ร้ส สา าย");
        check("茶ชา", "茶 ชา");
        check("mug", "mug");
    }

    #[test]
    fn the_last_letter_of_a_run_begins_no_pair() {
        assert_eq!(last_of_run("绿茶", ""), Some("茶"));
        assert_eq!(last_of_run("绿茶", " 绿"), Some("茶"));
        assert_eq!(last_of_run("绿茶", "绿"), None);
        assert_eq!(last_of_run("茶", ""), None);
        assert_eq!(last_of_run("tea", ""), None);
    }
}
