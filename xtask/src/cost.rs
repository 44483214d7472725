//! `cargo xtask cost`: the cost of a month of the shop at so many requests, by list prices. `docs/cost.md` shows its table, and a test compares them.
//! An estimate: no free tier of a new account, no taxes, no discounts; the assumptions stand beside each number.

use std::fmt::Write as _;

use crate::project::{Project, read};

use anyhow::{Result, bail};

/// What the table in the page is asked for.
pub(crate) const REQUESTS: [u64; 4] = [100_000, 1_000_000, 10_000_000, 1_000_000_000];

/// The page with the table, and the lines around it.
const PAGE: &str = "docs/cost.md";
const BEGIN: &str = "<!-- cargo xtask cost -->\n";
const END: &str = "<!-- end -->\n";

const HOURS: f64 = 730.0;
const SECONDS: f64 = HOURS * 3600.0;

/// Places in which isolates run that have traffic at once, at most. More requests make them busier, not more.
const ISOLATES: f64 = 300.0;

/// Processor time of a request at the edge in milliseconds: 0.07 to 0.15 was measured (docs/benchmarks.md), and the runtime adds to it.
const EDGE_MILLISECONDS: f64 = 0.4;

/// Bytes of an answer of the origin to a question for changes, with its headers.
const FEED_BYTES: f64 = 400.0;

/// List prices in US dollars, as published in November 2026.
mod price {
    /// Workers, paid plan: a month, with 10 million requests and 30 million milliseconds of processor time.
    pub(super) const WORKERS: f64 = 5.0;
    /// A million requests beyond.
    pub(super) const WORKERS_REQUESTS: f64 = 0.30;
    /// A million milliseconds beyond.
    pub(super) const WORKERS_TIME: f64 = 0.02;
    /// A million lines in Workers Logs beyond 20 million.
    pub(super) const LOG_LINES: f64 = 0.60;
    /// A million points in Analytics Engine beyond 10 million.
    pub(super) const POINTS: f64 = 0.25;
    /// A million reads of R2 beyond 10 million; a gigabyte kept is 0.015 and the versions of a remote are a few megabytes.
    pub(super) const R2_READS: f64 = 0.36;
    /// A million reads of S3.
    pub(super) const S3_READS: f64 = 0.40;
    /// A gigabyte that leaves AWS.
    pub(super) const EGRESS: f64 = 0.09;
    /// App Runner: an hour of a gigabyte that is kept ready, and of a core that works.
    pub(super) const APPRUNNER_MEMORY: f64 = 0.007;
    pub(super) const APPRUNNER_CORE: f64 = 0.064;
    /// Fargate: an hour of a core and of a gigabyte.
    pub(super) const FARGATE_CORE: f64 = 0.040_48;
    pub(super) const FARGATE_MEMORY: f64 = 0.004_445;
    /// A load balancer and one unit of its capacity, an hour.
    pub(super) const BALANCER: f64 = 0.0225 + 0.008;
    /// A public address, an hour.
    pub(super) const ADDRESS: f64 = 0.005;
    /// A zone in Route 53.
    pub(super) const ZONE: f64 = 0.50;
    /// RDS for PostgreSQL: an hour of `db.t4g.micro` in two zones, and a month of a gigabyte there; in one zone both cost half.
    pub(super) const DATABASE: f64 = 0.032;
    pub(super) const DATABASE_STORAGE: f64 = 0.23;
    /// A gigabyte of backups beyond the size of the database.
    pub(super) const BACKUPS: f64 = 0.095;
    /// A NAT gateway, an hour, and a gigabyte that goes through it.
    pub(super) const NAT: f64 = 0.045;
    pub(super) const NAT_BYTES: f64 = 0.045;
    /// A secret, and an alarm with the figure that it looks at, a month.
    pub(super) const SECRET: f64 = 0.40;
    pub(super) const ALARM: f64 = 0.10;
    pub(super) const FIGURE: f64 = 0.30;
    /// WAF: a set of rules with two rules, and a million requests that they look at.
    pub(super) const LIMITS: f64 = 5.0 + 2.0 * 1.0;
    pub(super) const LIMITED_REQUESTS: f64 = 0.60;
    /// Two secrets, two keys of KMS, seven alarms, four metrics, and a gigabyte of images and logs at most.
    pub(super) const WATCH_AND_KEEP: f64 = 2.0 * 0.40 + 2.0 * 1.0 + 7.0 * 0.10 + 4.0 * 0.30 + 0.60;
}

/// Storage of the database at the beginning, in gigabytes. An order with its lines and events takes some 5 kB: 20 GB are millions of them.
const DATABASE_GIGABYTES: f64 = 20.0;

/// Backups beyond the size of the database, in gigabytes: two weeks of changes.
const BACKUP_GIGABYTES: f64 = 5.0;

/// Gigabytes a month through the NAT gateway: feed, calls of the provider, mails, and the log.
const NAT_GIGABYTES: f64 = 5.0;

/// Secrets of selling: office, mail server, certificates and password of the database, two of Stripe.
const SELLING_SECRETS: f64 = 6.0;

/// Alarms of selling with figures of their own, and those of the database, whose figures are free.
const SELLING_ALARMS: f64 = 6.0;
const DATABASE_ALARMS: f64 = 3.0;

/// The lines of a shop that sells (`sells`), which come on top.
const SELLING: &str = "Selling: ";

/// The way out of the network, which App Runner alone needs: tasks of ECS have addresses of their own.
const WAY_OUT: &str = "Selling: a NAT gateway, on App Runner alone";

/// One line of the table.
struct Line {
    what: &'static str,
    dollars: f64,
}

/// What a month with so many requests costs.
fn month(requests: u64) -> Vec<Line> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate in dollars")]
    let requests = requests as f64;
    let beyond = |amount: f64, included: f64| (amount - included).max(0.0) / 1e6;
    // An isolate asks for a release every 5 s of traffic, and for changes of the catalog every 3 s or so. Half of all requests are pages.
    let releases = (requests / 2.0).min(ISOLATES * SECONDS / 5.0);
    let questions = requests.min(ISOLATES * SECONDS / 3.0);
    // Beyond a hundred million requests one in a hundred is logged and counted (`head_sampling_rate`); Analytics Engine samples by itself.
    let told = if requests > 1e8 { requests / 100.0 } else { requests };
    let edge = price::WORKERS
        + beyond(requests, 10e6) * price::WORKERS_REQUESTS
        + beyond(requests * EDGE_MILLISECONDS, 30e6) * price::WORKERS_TIME;
    // The origin works a few hundred microseconds a question, so one instance is enough at any of these.
    let busy = (questions * 0.0003 / SECONDS).max(0.02);
    let apprunner = HOURS * (0.5 * price::APPRUNNER_MEMORY + busy.min(1.0) * 0.25 * price::APPRUNNER_CORE);
    let fargate =
        HOURS * (0.25 * price::FARGATE_CORE + 0.5 * price::FARGATE_MEMORY + price::BALANCER + 3.0 * price::ADDRESS);
    let line = |what, dollars| Line { what, dollars };
    vec![
        line("Worker: requests and processor time", edge),
        line("Worker: log and points", beyond(told, 20e6) * price::LOG_LINES + beyond(told, 10e6) * price::POINTS),
        line("Remotes in R2", beyond(releases, 10e6) * price::R2_READS + 0.01),
        line("Remotes in S3 instead", releases / 1e6 * price::S3_READS + releases * 300.0 / 1e9 * price::EGRESS + 0.05),
        line("Origin on App Runner", apprunner + questions * FEED_BYTES / 1e9 * price::EGRESS),
        line("Origin on ECS with its load balancer instead", fargate + questions * FEED_BYTES / 1e9 * price::EGRESS),
        line("Limits at the origin (`limit_requests`)", price::LIMITS + questions / 1e6 * price::LIMITED_REQUESTS),
        line("Name of the API", price::ZONE),
        line("Certificates", 0.0),
        line("Registry, secrets, keys, alarms, logs", price::WATCH_AND_KEEP),
        line("Selling: PostgreSQL in two zones (in one: half)", HOURS * price::DATABASE),
        line(
            "Selling: its storage and backups",
            DATABASE_GIGABYTES * price::DATABASE_STORAGE + BACKUP_GIGABYTES * price::BACKUPS,
        ),
        line(WAY_OUT, HOURS * (price::NAT + price::ADDRESS) + NAT_GIGABYTES * price::NAT_BYTES),
        line(
            "Selling: secrets and alarms",
            SELLING_SECRETS * price::SECRET
                + SELLING_ALARMS * (price::ALARM + price::FIGURE)
                + DATABASE_ALARMS * price::ALARM,
        ),
    ]
}

/// What is paid: one store and one platform, the cheaper ones or the others, by a shop that shows or one that sells.
fn total(lines: &[Line], is_dearer: bool, sells: bool) -> f64 {
    let skipped = if is_dearer {
        ["Remotes in R2", "Origin on App Runner", WAY_OUT]
    } else {
        ["Remotes in S3 instead", "Origin on ECS with its load balancer instead", ""]
    };
    let is_paid = |line: &&Line| !skipped.contains(&line.what) && (sells || !line.what.starts_with(SELLING));
    lines.iter().filter(is_paid).map(|line| line.dollars).sum()
}

/// The table, in Markdown.
pub(crate) fn table(requests: &[u64]) -> String {
    let months: Vec<Vec<Line>> = requests.iter().map(|requests| month(*requests)).collect();
    let mut text = String::from("| a month, in US dollars |");
    for requests in requests {
        let _ = write!(text, " {} requests |", grouped(*requests));
    }
    text.push_str("\n| --- |");
    text.push_str(&" ---: |".repeat(requests.len()));
    text.push('\n');
    let names = months.first().map(|lines| lines.iter().map(|line| line.what).collect::<Vec<_>>()).unwrap_or_default();
    for (number, name) in names.iter().enumerate() {
        let _ = write!(text, "| {name} |");
        for lines in &months {
            let dollars = lines.get(number).map_or(0.0, |line| line.dollars);
            let _ = write!(text, " {dollars:.2} |");
        }
        text.push('\n');
    }
    let totals = [
        ("**with R2 and App Runner**", false, false),
        ("**with S3 and ECS**", true, false),
        ("**that sells, with R2 and App Runner**", false, true),
        ("**that sells, with S3 and ECS**", true, true),
    ];
    for (name, is_dearer, sells) in totals {
        let _ = write!(text, "| {name} |");
        for lines in &months {
            let _ = write!(text, " **{:.2}** |", total(lines, is_dearer, sells));
        }
        text.push('\n');
    }
    text
}

/// `10000000` as `10,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Prints the table, or writes it into the page.
pub(crate) fn run(project: &Project, requests: &[u64], is_blessed: bool) -> Result<()> {
    let table = table(if requests.is_empty() { &REQUESTS } else { requests });
    print!("{table}");
    if is_blessed {
        let page = read(&project.path(PAGE))?;
        let Some((before, after)) =
            page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)))
        else {
            bail!("`{PAGE}` has no place for the table");
        };
        std::fs::write(project.path(PAGE), format!("{before}{BEGIN}{}{END}{after}", self::table(&REQUESTS)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_this_table() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cost.md")).unwrap();
        let shown = page.split_once(BEGIN).unwrap().1.split_once(END).unwrap().0;
        assert_eq!(shown, table(&REQUESTS), "\nhint: `cargo xtask cost --bless` writes it");
    }

    #[test]
    fn more_requests_never_cost_less() {
        let mut before = 0.0;
        for requests in [0, 1, 1000, 100_000, 10_000_000, 50_000_000, 100_000_000] {
            let now = total(&month(requests), true, true);
            assert!(now >= before, "{requests}: {now} after {before}");
            before = now;
        }
    }

    #[test]
    fn a_number_is_read_in_groups() {
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(grouped(12_345), "12,345");
        assert_eq!(grouped(1), "1");
    }
}
