//! Open files: the number that this process may have, and the connections that fit, so that the catalog file can always be opened.
//! Raises the soft limit to the hard one; the hard one is the host's.

use anyhow::Context as _;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::failure::Refused;

/// How many connections there may be unless `MAX_CONNECTIONS` names a number.
pub(crate) const CONNECTIONS: usize = 4096;

/// How many connections the metrics have.
pub(crate) const METRICS_CONNECTIONS: usize = 16;

/// Files that are no connections: the catalog, the log, listeners, signals, name services of the system.
const KEPT: usize = 48;

/// Files that each serving thread keeps open: its event queue, its waker and the listener.
const OF_A_THREAD: usize = 4;

/// Raises the limit of open files as far as the host allows; the limit that holds now.
pub(crate) fn raise() -> anyhow::Result<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).context("cannot ask for the limit of open files")?;
    if soft >= hard {
        return Ok(soft);
    }
    // Some systems name a hard limit that they do not grant; then the soft one goes on to hold.
    Ok(setrlimit(Resource::RLIMIT_NOFILE, hard, hard).map_or(soft, |()| hard))
}

/// How many connections there may be under this limit: as many as were asked for, or what fits, up to [`CONNECTIONS`].
pub(crate) fn connections(asked: Option<usize>, limit: u64, threads: usize) -> anyhow::Result<usize> {
    let others = KEPT + METRICS_CONNECTIONS + OF_A_THREAD * threads;
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(others);
    let most = asked.unwrap_or_else(|| room.min(CONNECTIONS));
    if most > 0 && most <= room {
        return Ok(most);
    }
    let message = format!(
        "MAX_CONNECTIONS was refused: {} connections and {others} other files do not fit into the {limit} that may be open",
        most.max(1)
    );
    Err(Refused::new(message, "`ulimit -Hn` shows the limit; raise it for the process, or lower MAX_CONNECTIONS")
        .into())
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn connections_leave_room_for_other_files() {
        #[track_caller]
        fn check(asked: Option<usize>, limit: u64, expect: Result<usize, &str>) {
            match (connections(asked, limit, 2), expect) {
                (Ok(found), Ok(expect)) => assert_eq!(found, expect),
                (Err(found), Err(expect)) => assert!(found.to_string().contains(expect), "{found}"),
                (found, expect) => panic!("{found:?}, not {expect:?}"),
            }
        }
        check(None, u64::MAX, Ok(4096));
        check(None, 1024, Ok(952));
        check(None, 73, Ok(1));
        check(None, 72, Err("1 connections and 72 other files do not fit into the 72"));
        check(None, 3, Err("do not fit into the 3 that may be open"));
        check(Some(952), 1024, Ok(952));
        check(Some(953), 1024, Err("MAX_CONNECTIONS was refused: 953 connections"));
        check(Some(1_000_000), u64::MAX, Ok(1_000_000));
    }
}
