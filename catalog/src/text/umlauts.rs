//! Letters that are typed as two where a keyboard lacks them: `oe` for `ö`, as German, Danish and Swedish spell them out. Folding leaves the
//! plain letter (`fold.rs`); this is the other spelling.

use crate::text::fold::fold;

/// The folded text with `ä`, `ö`, `ü`, `ø` and `å` spelled out; `None` where it has none of them.
pub(crate) fn spelled_out(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut spelled = String::with_capacity(text.len() + 8);
    let mut is_any = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let mark = characters.peek().copied();
        let letters = whole(character).or_else(|| {
            let letters = apart(character, mark?)?;
            characters.next();
            Some(letters)
        });
        match letters {
            Some(letters) => {
                is_any = true;
                spelled.push_str(letters);
            }
            None => spelled.push(character),
        }
    }
    is_any.then(|| fold(&spelled).into_owned())
}

fn whole(character: char) -> Option<&'static str> {
    Some(match character {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => return None,
    })
}

/// The same letters as a letter and a mark.
fn apart(letter: char, mark: char) -> Option<&'static str> {
    whole(match (letter.to_ascii_lowercase(), mark) {
        ('a', '\u{308}') => 'ä',
        ('o', '\u{308}') => 'ö',
        ('u', '\u{308}') => 'ü',
        ('a', '\u{30a}') => 'å',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::spelled_out;

    #[test]
    fn letters_are_spelled_out_whole_and_apart() {
        for (text, expect) in [
            ("Öl für Nähmaschinen", Some("oel fuer naehmaschinen")),
            ("O\u{308}l", Some("oel")),
            ("Ærø, Århus", Some("aeroe, aarhus")),
            ("Straße", None),
            ("Crème", None),
            ("oil", None),
        ] {
            assert_eq!(spelled_out(text).as_deref(), expect, "{text}");
        }
    }
}
