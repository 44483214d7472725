//! Applies the rules of `src/text/fold/rules.rs` to every character and writes down what comes of those that change: runs of neighbours,
//! one 16-bit unit for each character in them. Hangul syllables come apart by arithmetic and are left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

#[path = "src/text/fold/rules.rs"]
mod rules;

/// Neighbours that do not change may stand in a run, if it is no more than so many of them at once: a new run is dearer.
const GAP: u32 = 4;

#[expect(clippy::disallowed_methods, reason = "cargo configures a build script through the environment")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/text/fold/rules.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("fold.rs"), table()?)?;
    Ok(())
}

fn table() -> Result<String, Box<dyn std::error::Error>> {
    let (mut runs, mut values): (Vec<(u32, u32)>, Vec<u16>) = Default::default();
    let mut texts = BTreeMap::new();
    for character in ('\u{80}'..=char::MAX).filter(|character| !('가'..='힣').contains(character)) {
        let folded = rules::fold(character);
        if folded.chars().eq([character]) {
            continue;
        }
        let code = u32::from(character);
        match runs.last_mut() {
            Some((first, length)) if code - (*first + *length) <= GAP => {
                // The neighbours between stand for themselves.
                for between in *first + *length..code {
                    values.push(unit(&char::from_u32(between).map(String::from).unwrap_or_default(), &mut texts)?);
                }
                *length = code - *first + 1;
            }
            _ => runs.push((code, 1)),
        }
        values.push(unit(&folded, &mut texts)?);
    }
    let mut marks: Vec<(u32, u32)> = Vec::new();
    for character in ('\u{80}'..=char::MAX).filter(|character| rules::is_mark(*character)) {
        let code = u32::from(character);
        match marks.last_mut() {
            Some((_, last)) if *last + 1 == code => *last = code,
            _ => marks.push((code, code)),
        }
    }

    let mut code = String::new();
    writeln!(code, "pub(super) static RUNS: &[(char, u16, u16)] = &[")?;
    let mut at = 0;
    for (first, length) in runs {
        writeln!(code, "    ('\\u{{{first:x}}}', {}, {}),", u16::try_from(length)?, u16::try_from(at)?)?;
        at += length;
    }
    writeln!(code, "];\npub(super) static VALUES: &[u16] = &{values:?};")?;
    let mut by_number: Vec<_> = texts.into_iter().collect();
    by_number.sort_by_key(|(_, number)| *number);
    writeln!(code, "pub(super) static TEXTS: &[&str] = &[")?;
    for (text, _) in by_number {
        // Escaped: some are in a form that editors would change.
        writeln!(code, "    \"{}\",", text.escape_unicode())?;
    }
    writeln!(code, "];")?;
    writeln!(code, "pub(super) static MARKS: &[(char, char)] = &[")?;
    for (first, last) in marks {
        writeln!(code, "    ('\\u{{{first:x}}}', '\\u{{{last:x}}}'),")?;
    }
    writeln!(code, "];")?;
    Ok(code)
}

/// A letter of 16 bits is its own unit; everything else gets one of those that no letter has.
fn unit(folded: &str, texts: &mut BTreeMap<String, u16>) -> Result<u16, Box<dyn std::error::Error>> {
    let mut characters = folded.chars();
    if let (Some(only), None) = (characters.next(), characters.next())
        && let Ok(unit) = u16::try_from(u32::from(only))
    {
        return Ok(unit);
    }
    let number = u16::try_from(texts.len())?;
    let number = *texts.entry(folded.to_owned()).or_insert(number);
    if number >= 0x800 { Err("more texts than there are units for them".into()) } else { Ok(0xd800 + number) }
}
