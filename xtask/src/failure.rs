//! The end of a failed command: the failure, its causes, and the next step.
//! The hint belongs to the deepest cause; the layers above only add where it happened.

use std::error::Error;
use std::fmt::{self, Write};

/// A failure with advice for the person who reads it.
#[derive(Debug)]
struct Hinted {
    message: String,
    hint: String,
}

impl fmt::Display for Hinted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Error for Hinted {}

/// An error that says what to do next.
pub(crate) fn hinted(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Hinted { message: message.into(), hint: hint.into() }.into()
}

/// The lines for stderr: `error:`, the causes, and the hint if there is one.
pub(crate) fn render(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error}\n");
    if error.chain().len() > 1 {
        text.push_str("\nCaused by:\n");
    }
    for cause in error.chain().skip(1) {
        // A child's own words can span lines; indent them all, so that it is clear where they end.
        for line in cause.to_string().lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    if let Some(hinted) = error.chain().find_map(|cause| cause.downcast_ref::<Hinted>()) {
        let _ = writeln!(text, "\nhint: {}", hinted.hint);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn an_error_alone_is_one_line() {
        assert_eq!(render(&anyhow!("no such stage `x`")), "error: no such stage `x`\n");
    }

    #[test]
    fn causes_and_the_hint_follow() {
        let error = hinted("`npm` is not installed", "install Node").context("cannot fetch the packages");
        assert_eq!(
            render(&error),
            "error: cannot fetch the packages\n\nCaused by:\n    `npm` is not installed\n\nhint: install Node\n"
        );
    }
}
