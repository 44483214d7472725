//! The programs that `dev` keeps running side by side, each in a process group of its own.
//! They end together: on Ctrl-C, when one of them ends by itself, and when this program fails.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

const PAUSE: Duration = Duration::from_millis(100);
/// How many pauses a program has to end in before it is made to.
const PATIENCE: u32 = 50;

/// Programs that belong together.
pub(crate) struct Processes {
    running: Vec<Process>,
}

struct Process {
    name: &'static str,
    child: Child,
}

impl Processes {
    pub(crate) fn new() -> Processes {
        Processes { running: Vec::new() }
    }

    /// Starts one, with its output passed through.
    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        // A group of its own holds the programs it starts in turn. It is not the terminal's, so it must not read keys.
        command.stdin(Stdio::null()).process_group(0);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        self.running.push(Process { name, child });
        Ok(())
    }

    /// The first one that has ended; each is named once.
    pub(crate) fn ended(&mut self) -> Result<Option<(&'static str, ExitStatus)>> {
        for (place, process) in self.running.iter_mut().enumerate() {
            let status = process.child.try_wait().with_context(|| format!("cannot watch {}", process.name))?;
            if let Some(status) = status {
                // What it started in turn ends with it.
                process.signal(Signal::SIGKILL);
                return Ok(Some((self.running.remove(place).name, status)));
            }
        }
        Ok(None)
    }

    /// Waits for a moment between two looks.
    pub(crate) fn pause() {
        sleep(PAUSE);
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for process in &self.running {
            process.signal(Signal::SIGTERM);
        }
        for _ in 0..PATIENCE {
            if self.running.iter_mut().all(|process| !matches!(process.child.try_wait(), Ok(None))) {
                break;
            }
            Processes::pause();
        }
        for process in &mut self.running {
            // The group outlives its leader when a grandchild hangs, so it gets this one in any case.
            process.signal(Signal::SIGKILL);
            let _ = process.child.wait();
        }
    }
}

impl Process {
    fn signal(&self, signal: Signal) {
        if let Ok(group) = i32::try_from(self.child.id()) {
            // A group that is gone already needs no signal.
            let _ = killpg(Pid::from_raw(group), signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::sync::mpsc::channel;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_one_that_ends_is_named() {
        let mut processes = Processes::new();
        processes.start("the patient one", &mut shell("exec sleep 60")).unwrap();
        processes.start("the hasty one", &mut shell("exit 3")).unwrap();
        let (name, status) = loop {
            if let Some(ended) = processes.ended().unwrap() {
                break ended;
            }
            Processes::pause();
        };
        assert_eq!((name, status.code()), ("the hasty one", Some(3)));
    }

    #[test]
    fn dropping_them_ends_what_they_started_too() {
        let mut processes = Processes::new();
        let mut family = shell("sleep 60 & wait");
        processes.start("a family", family.stdout(Stdio::piped())).unwrap();
        let mut output = processes.running[0].child.stdout.take().unwrap();
        let (ended, end) = channel();
        std::thread::spawn(move || {
            // The pipe ends when the last one that holds it does, which is the grandchild.
            let _ = output.read_to_end(&mut Vec::new());
            ended.send(())
        });
        drop(processes);
        end.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}
