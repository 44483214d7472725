//! The order of stages: each as soon as those it needs have passed, side by side where two do not want the same thing, and those that want the
//! machine alone last.
//! Knows names, needs and room alone; its caller runs a stage.

use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};

use crate::stage::{Ended, Room, Stage};

/// How many stages run at a time: more would compete for the two cores that every machine is assumed to have.
const AT_A_TIME: usize = 2;

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Ended { passed: bool },
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The stage at this position has what it needs, and room.
    Start(usize),
    /// The stage at this position needs one that did not pass.
    Skip { position: usize, broken: &'static str },
    /// Nothing until a stage ends.
    Wait,
    /// Every stage has ended.
    Done,
}

/// Runs the stages, which stand after those they need, and returns how they ended, in the same order.
pub(super) fn run(stages: &[&Stage], work: impl Fn(&Stage) -> Result<Ended> + Sync) -> Result<Vec<Ended>> {
    let mut progress = vec![State::Waiting; stages.len()];
    let mut ended: Vec<Option<Ended>> = stages.iter().map(|_| None).collect();
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        loop {
            let (position, result) = match next(stages, &progress) {
                Step::Done => break,
                Step::Skip { position, broken } => {
                    let skipped = stages.get(position).map(|stage| Ended::skipped(stage.name, broken));
                    (position, skipped.context("there is no such stage"))
                }
                Step::Start(position) => {
                    let (Some(stage), Some(current)) = (stages.get(position), progress.get_mut(position)) else {
                        break;
                    };
                    *current = State::Running;
                    let (sender, work) = (sender.clone(), &work);
                    scope.spawn(move || sender.send((position, work(stage))));
                    continue;
                }
                Step::Wait => results.recv().context("a stage ended without a result")?,
            };
            let result = result?;
            if let Some(current) = progress.get_mut(position) {
                *current = State::Ended { passed: result.passed() };
            }
            if let Some(place) = ended.get_mut(position) {
                *place = Some(result);
            }
        }
        Ok(ended.into_iter().flatten().collect())
    })
}

fn next(stages: &[&Stage], progress: &[State]) -> Step {
    let with_states = || stages.iter().zip(progress).enumerate();
    let running = || with_states().filter(|(_, (_, state))| **state == State::Running).map(|(_, (stage, _))| stage);
    let state_of = |name: &str| with_states().find(|(_, (stage, _))| stage.name == name).map(|(_, (_, state))| *state);
    // Those that share the machine come first: a stage that wants it alone between them would leave a core idle on both its sides.
    let (alone, shared): (Vec<_>, Vec<_>) = with_states().partition(|(_, (stage, _))| stage.room == Room::Alone);
    for (position, (stage, state)) in shared.into_iter().chain(alone) {
        if *state != State::Waiting {
            continue;
        }
        // A stage that was not asked for was not needed either.
        let broken = stage.needs.iter().find(|need| state_of(need) == Some(State::Ended { passed: false }));
        if let Some(broken) = broken {
            return Step::Skip { position, broken };
        }
        let is_ready =
            stage.needs.iter().all(|need| matches!(state_of(need), None | Some(State::Ended { passed: true })));
        if is_ready && running().count() < AT_A_TIME && running().all(|other| share(stage.room, other.room)) {
            return Step::Start(position);
        }
    }
    if progress.contains(&State::Running) { Step::Wait } else { Step::Done }
}

/// Whether two stages may run at the same time.
fn share(one: Room, other: Room) -> bool {
    match (one, other) {
        (Room::Alone, _) | (_, Room::Alone) | (Room::Compiler, Room::Compiler) => false,
        (Room::Beside, _) | (_, Room::Beside) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::counts::Counts;
    use crate::stage::{Outcome, Workplace};

    fn nothing(place: &mut Workplace) -> Result<Outcome> {
        place.write("nothing to do")?;
        Ok(Outcome::default())
    }

    const fn stage(name: &'static str, needs: &'static [&'static str], room: Room) -> Stage {
        Stage { name, needs, room, run: nothing }
    }

    const STAGES: [&Stage; 6] = [
        &stage("setup", &[], Room::Alone),
        &stage("format", &["setup"], Room::Beside),
        &stage("clippy", &["setup"], Room::Compiler),
        &stage("unit", &["setup"], Room::Compiler),
        &stage("worker", &["setup"], Room::Compiler),
        &stage("browser", &["worker"], Room::Alone),
    ];

    const WAITING: State = State::Waiting;
    const RUNNING: State = State::Running;
    const PASSED: State = State::Ended { passed: true };
    const FAILED: State = State::Ended { passed: false };

    #[test]
    fn steps() {
        #[track_caller]
        fn check(progress: [State; 6], expect: &Step) {
            assert_eq!(&next(&STAGES, &progress), expect);
        }
        check([WAITING; 6], &Step::Start(0));
        check([RUNNING, WAITING, WAITING, WAITING, WAITING, WAITING], &Step::Wait);
        check([PASSED, WAITING, WAITING, WAITING, WAITING, WAITING], &Step::Start(1));
        check([PASSED, RUNNING, WAITING, WAITING, WAITING, WAITING], &Step::Start(2));
        // Two at a time, and one compiler.
        check([PASSED, RUNNING, RUNNING, WAITING, WAITING, WAITING], &Step::Wait);
        check([PASSED, PASSED, RUNNING, WAITING, WAITING, WAITING], &Step::Wait);
        check([PASSED, PASSED, PASSED, PASSED, PASSED, WAITING], &Step::Start(5));
        check([PASSED, RUNNING, PASSED, PASSED, PASSED, WAITING], &Step::Wait);
        // A stage that failed stops those that need it, and no other.
        check([PASSED, PASSED, FAILED, WAITING, WAITING, WAITING], &Step::Start(3));
        check([PASSED, PASSED, FAILED, PASSED, FAILED, WAITING], &Step::Skip { position: 5, broken: "worker" });
        check([FAILED, WAITING, WAITING, WAITING, WAITING, WAITING], &Step::Skip { position: 1, broken: "setup" });
        check([PASSED; 6], &Step::Done);
    }

    #[test]
    fn stages_that_share_the_machine_come_first() {
        let stages = [
            &stage("start", &[], Room::Alone),
            &stage("unit", &[], Room::Compiler),
            &stage("rules", &[], Room::Beside),
        ];
        assert_eq!(next(&stages, &[WAITING; 3]), Step::Start(1));
        assert_eq!(next(&stages, &[WAITING, RUNNING, WAITING]), Step::Start(2));
        assert_eq!(next(&stages, &[WAITING, RUNNING, PASSED]), Step::Wait);
        assert_eq!(next(&stages, &[WAITING, PASSED, PASSED]), Step::Start(0));
    }

    #[test]
    fn stages_end_in_their_own_order_each_after_those_it_needs() {
        let started = Mutex::new(Vec::new());
        let ended = run(&STAGES, |stage| {
            started.lock().unwrap().push(stage.name);
            Ok(Ended::new(stage.name, Counts::one(stage.name != "worker")))
        });
        let ended = ended.unwrap();
        assert_eq!(ended.iter().map(|stage| stage.name).collect::<Vec<_>>(), STAGES.map(|stage| stage.name));
        let started = started.into_inner().unwrap();
        assert_eq!(started.first(), Some(&"setup"));
        assert!(!started.contains(&"browser"), "it needs a stage that failed: {started:?}");
        assert_eq!(ended[5].outcome.note.as_deref(), Some("needs `worker`, which failed"));
    }

    #[test]
    fn an_error_of_a_stage_is_the_result() {
        let result = run(&STAGES, |stage| anyhow::bail!("no log for `{}`", stage.name));
        assert_eq!(result.err().unwrap().to_string(), "no log for `setup`");
    }
}
