//! The time of a fresh process of workerd to its first response, for which a shopper waits where no isolate runs yet.
//! Beside the shop a Worker of one line is measured in turn, so that the ratio holds on a slow and on a busy machine.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::row::{Row, Unit};
use crate::build::{self, Profile};
use crate::project::Project;
use crate::workerd;

/// At most so many hundredths of the time that the small Worker takes.
const RATIO: u64 = 150;
/// The largest ratio that passes for now: validation, instantiation and the first run of a module of this size take as long as the small
/// Worker's whole start (docs/benchmarks.md). A figure between the two is printed as over the limit.
const TOLERATED: u64 = 350;
/// With the large catalog, in milliseconds.
const LARGE: u64 = 250;
/// The longest time that passes: loading 21 MiB takes nearly all of it, so on a machine whose hello-world Worker takes 31 ms instead of 26 the
/// same module takes 252 ms. A figure between the two is printed with the goal.
const LARGE_TOLERATED: u64 = 350;

/// Fresh processes of each Worker in a batch, and batches before a figure over its limit counts.
const ROUNDS: usize = 9;
const BATCHES: usize = 5;

/// The page that is asked for: the one with most behind it.
const PAGE: &str = "/products";

const HELLO: &str = "export default { fetch() { return new Response(\"hello, world\"); } };\n";
const HELLO_MODULES: &str = r#"(name = "hello.js", esModule = embed "hello.js")"#;

/// The first response of the Worker in the checkout, as a ratio. Rounds are added until their median is within the limit.
/// The note names a figure that is over the limit and tolerated.
pub(crate) fn small(project: &Project) -> Result<(Row, Option<String>)> {
    if build::built(project)? != Profile::Release {
        bail!("the Worker in `edge/build` is not a release build, so how soon it starts says nothing");
    }
    let folder = project.state("start")?;
    prepare(project, &project.path(""), &folder)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut ratio = 0;
    for _ in 0..BATCHES {
        for _ in 0..ROUNDS {
            ours.push(first_response(project, &folder, "shop.capnp", workerd::SHOP, PAGE)?);
            theirs.push(first_response(project, &folder, "hello.capnp", HELLO_MODULES, "/")?);
        }
        ratio = hundredths(median(&ours)?, median(&theirs)?)?;
        if ratio <= TOLERATED {
            break;
        }
    }
    let times = format!("{} ms to {} ms", median(&ours)?.as_millis(), median(&theirs)?.as_millis());
    let what = format!("first response of a fresh isolate to a hello-world Worker's, {times}");
    let show = |ratio| Unit::Hundredths.show(ratio);
    let note = (ratio > RATIO).then(|| format!("first response {}, over the {} allowed", show(ratio), show(RATIO)));
    Ok((Row { what, unit: Unit::Hundredths, measured: ratio, limit: TOLERATED }, note))
}

/// The first response of the Worker under `root`, which has the large catalog. A busy machine only ever adds time, so the lowest
/// of the batches' medians counts.
pub(crate) fn large(project: &Project, root: &Path, products: u64) -> Result<Row> {
    let folder = root.join("start");
    prepare(project, root, &folder)?;
    let mut lowest = u64::MAX;
    for _ in 0..BATCHES {
        let took = (0..ROUNDS).map(|_| first_response(project, &folder, "shop.capnp", workerd::SHOP, PAGE));
        let took = median(&took.collect::<Result<Vec<_>>>()?)?;
        lowest = lowest.min(u64::try_from(took.as_millis())?);
        if lowest <= LARGE {
            break;
        }
    }
    let goal = if lowest > LARGE { format!(", over the goal of {LARGE} ms") } else { String::new() };
    let what = format!("first response of a fresh isolate with {products} products{goal}");
    Ok(Row { what, unit: Unit::Milliseconds, measured: lowest, limit: LARGE_TOLERATED })
}

fn prepare(project: &Project, root: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    workerd::copy_shop(root, folder)?;
    std::fs::write(folder.join("hello.js"), HELLO).context("cannot write the small Worker")?;
    // What the system reads for the first time is no part of a start.
    first_response(project, folder, "shop.capnp", workerd::SHOP, PAGE)?;
    Ok(())
}

/// From the start of the process to the last byte of its first response.
fn first_response(project: &Project, folder: &Path, name: &str, modules: &str, path: &str) -> Result<Duration> {
    let started = now();
    let server = workerd::start(project, folder, name, modules)?;
    workerd::get(server.port, path)?;
    Ok(started.elapsed())
}

fn median(times: &[Duration]) -> Result<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().context("nothing was measured")
}

fn hundredths(ours: Duration, theirs: Duration) -> Result<u64> {
    Ok(u64::try_from((ours.as_micros() * 100).div_ceil(theirs.as_micros().max(1)))?)
}

#[expect(clippy::disallowed_methods, reason = "the time to the first response is what is measured")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        let times: Vec<Duration> = [30, 10, 1000].map(Duration::from_millis).into();
        assert_eq!(median(&times).unwrap(), Duration::from_millis(30));
        assert!(median(&[]).is_err());
    }

    #[test]
    fn a_ratio_is_rounded_up() {
        let ratio = |ours, theirs| hundredths(Duration::from_micros(ours), Duration::from_micros(theirs)).unwrap();
        assert_eq!(ratio(1500, 1000), RATIO);
        assert_eq!(ratio(1501, 1000), RATIO + 1);
        assert_eq!(ratio(1, 0), 100);
    }
}
