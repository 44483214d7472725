//! The end of a failed command: its exit code, and the lines `error:`, `Caused by:` and `hint:`.
//! A cause that carries no exit code of its own leaves it to the next one; without any it is 1.

use std::error::Error;
use std::fmt;

use rollout::TransitionError;
use serde::Serialize;
use web::foreign;

use crate::stopped::{Exit, Stopped};
use crate::store::StoreError;

/// The longest line of an error that is shown, in characters.
const LINE_LIMIT: usize = 1000;

/// A failure as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    code: u8,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// The exit code of a failure: that of the first cause that has one.
pub(crate) fn exit(error: &anyhow::Error) -> Exit {
    // One that was put around another error as its context does not show in the chain as itself.
    let stopped = error.downcast_ref::<Stopped>().map(|stopped| stopped.exit);
    stopped.or_else(|| error.chain().find_map(own_exit)).unwrap_or(Exit::Failure)
}

fn own_exit(cause: &(dyn Error + 'static)) -> Option<Exit> {
    if let Some(stopped) = cause.downcast_ref::<Stopped>() {
        return Some(stopped.exit);
    }
    if let Some(store) = cause.downcast_ref::<StoreError>() {
        return Some(store.exit());
    }
    cause.downcast_ref::<TransitionError>().map(|refused| match refused {
        TransitionError::Locked { .. } | TransitionError::Deprecated { .. } => Exit::NotAllowed,
        TransitionError::Unknown { .. } | TransitionError::NoCanary(_) | TransitionError::NothingEarlier(_) => {
            Exit::NotFound
        }
        TransitionError::OtherBytes { .. }
        | TransitionError::Stable { .. }
        | TransitionError::CanaryRuns { .. }
        | TransitionError::InUse { .. } => Exit::Conflict,
        TransitionError::LastStep { .. } | TransitionError::TooMany(_) | TransitionError::Serial(_) => Exit::Failure,
    })
}

fn own_hint(cause: &(dyn Error + 'static)) -> Option<String> {
    if let Some(stopped) = cause.downcast_ref::<Stopped>() {
        return stopped.hint.clone();
    }
    if let Some(store) = cause.downcast_ref::<StoreError>() {
        return store.hint();
    }
    cause.downcast_ref::<TransitionError>().and_then(|refused| match refused {
        TransitionError::Locked { remote, .. } => Some(format!(
            "`storefront unlock {remote}` allows it again; `abort` and `rollback` work on a locked release"
        )),
        TransitionError::Deprecated { remote, version, .. } => {
            Some(format!("`storefront restore {remote} {version}` takes the withdrawal back"))
        }
        TransitionError::Unknown { remote, .. } => {
            Some(format!("`storefront list {remote}` shows what is published and known"))
        }
        TransitionError::CanaryRuns { remote, .. } => {
            Some(format!("`storefront promote {remote}` or `storefront abort {remote}`"))
        }
        TransitionError::NoCanary(remote) => Some(format!("`storefront status {remote}` shows what runs")),
        TransitionError::LastStep { remote, .. } => Some(format!("`storefront promote {remote}`")),
        TransitionError::NothingEarlier(remote) => {
            Some(format!("`storefront rollback {remote} --to VERSION`; `storefront list {remote}` shows them"))
        }
        TransitionError::TooMany(remote) => {
            Some(format!("`storefront prune {remote} --keep 20 --older-than 30d --dry-run` shows what could go"))
        }
        _ => None,
    })
}

/// The text of a failure. Each part is one line, whatever a store or a shop wrote into it.
pub(crate) fn describe(error: &anyhow::Error) -> Failure {
    let line = |text: &str| foreign::line(text, LINE_LIMIT);
    let message = error.to_string();
    let mut causes = Vec::new();
    let mut shown = message.clone();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Libraries below repeat their cause's words in their own.
        if shown.contains(&cause) {
            continue;
        }
        causes.push(line(&cause));
        shown = cause;
    }
    let hint = error.downcast_ref::<Stopped>().and_then(|stopped| stopped.hint.clone());
    let hint = hint.or_else(|| error.chain().find_map(own_hint)).map(|hint| line(&hint));
    Failure { code: exit(error) as u8, message: line(&message), causes, hint }
}

/// A failure in one line, for where several are listed.
pub(crate) fn brief(error: &anyhow::Error) -> String {
    let Failure { message, causes, .. } = describe(error);
    std::iter::once(message).chain(causes).collect::<Vec<_>>().join(": ")
}

/// The lines for stderr.
#[cfg(test)]
pub(crate) fn render(error: &anyhow::Error) -> String {
    describe(error).to_string()
}

impl Failure {
    /// What clap refused.
    pub(crate) fn of_usage(message: &str) -> Failure {
        let message = foreign::line(message, LINE_LIMIT);
        Failure { code: Exit::Usage as u8, message, causes: Vec::new(), hint: None }
    }
}

/// The lines for stderr. No other line of this program begins with `error:`.
impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "error: {}", self.message)?;
        for cause in &self.causes {
            writeln!(out, "  Caused by: {cause}")?;
        }
        match &self.hint {
            Some(hint) => writeln!(out, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;
    use rollout::RemoteName;

    use super::*;

    #[test]
    fn an_error_alone_is_one_line() {
        assert_eq!(render(&anyhow!("no such remote `x`")), "error: no such remote `x`\n");
    }

    #[test]
    fn causes_and_the_hint_follow() {
        let error = anyhow::Error::new(Stopped::new(Exit::NotFound, "`1.4.0` was never published").hint("publish it"))
            .context("cannot promote `cart` to `1.4.0`");
        assert_eq!(
            render(&error),
            "error: cannot promote `cart` to `1.4.0`\n  Caused by: `1.4.0` was never published\n\nhint: publish it\n"
        );
        assert_eq!(exit(&error), Exit::NotFound);
    }

    #[test]
    fn no_text_from_elsewhere_begins_a_line_or_drives_a_terminal() {
        let hostile = "AccessDenied\nerror: forged\r\u{1b}[2J\u{9b}31m\u{202e}\u{2028}x";
        let error = anyhow!("{hostile}").context(format!("cannot read `{hostile}`"));
        let text = render(&error.context(Stopped::new(Exit::Failure, "cannot").hint(hostile)));
        assert!(text.chars().all(|character| character == '\n' || foreign::is_plain(character)), "{text:?}");
        let ours = |line: &str| {
            line.is_empty() || ["error: cannot", "  Caused by: ", "hint: "].iter().any(|begin| line.starts_with(begin))
        };
        assert!(text.lines().all(ours), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("error:")).count(), 1, "{text}");
    }

    #[test]
    fn a_refused_transition_has_its_own_code() {
        let remote = RemoteName::new("cart").unwrap();
        let error = anyhow::Error::new(TransitionError::NoCanary(remote)).context("cannot step `cart`");
        assert_eq!(exit(&error), Exit::NotFound);
        assert!(render(&error).ends_with("\nhint: `storefront status cart` shows what runs\n"));
        assert_eq!(exit(&anyhow!("anything else")), Exit::Failure);
    }
}
