//! Orders through the HTTP API of the origin as it is deployed, on SQLite (`synchronous=FULL`) and on PostgreSQL: how many a second and how
//! long each takes, beside the engine's own transactions in the same minutes, and what becomes of them at twice that rate.
//!
//! | to change | open |
//! | --- | --- |
//! | a request | `client.rs` |
//! | shoppers and what is measured | `load.rs` |
//! | databases and peers | `database.rs` |

mod client;
mod database;
mod load;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use self::client::{Connection, OFFICE, Prepared, SECRET};
use self::database::{Folder, Postgres};
use self::load::{GOODS, Outcome, quantile};
use super::origin::{Server, start_origin};
use crate::build;
use crate::failure::hinted;
use crate::project::{Project, say};
use crate::tools;

/// Connections that place orders: as many as the edge locations of a shop hold while it is busy.
const CONNECTIONS: usize = 32;

/// Measurements of each, taken in turn; the median is printed.
const ROUNDS: usize = 3;

/// The longest time of one, and the checkouts that are prepared for it.
const TIME: Duration = Duration::from_secs(3);
const CHECKOUTS: usize = 1_500;

/// How long the load of twice the rate lasts, and the most connections for it.
const OVERLOAD: u32 = 6;
const CROWD: usize = 1_500;

/// Pieces of each SKU, so that none is sold out.
const ON_HAND: u32 = 900_000;

/// An engine with an origin on it.
struct Engine {
    name: &'static str,
    peer: &'static str,
    origin: Server,
    orders: Vec<Outcome>,
    /// Checkouts that were prepared a second, each two durable writes.
    prepared: Vec<f64>,
    /// Transactions of the peer a second.
    peers: Vec<f64>,
    /// Numbers of all orders.
    numbers: BTreeSet<String>,
}

/// Builds the origin as it is deployed, and measures it.
pub(super) fn run(project: &Project) -> Result<()> {
    let needs = |program: Option<std::path::PathBuf>, name: &str| {
        program.ok_or_else(|| hinted(format!("{name} is not installed"), "install it with your system's packages"))
    };
    let initdb = needs(tools::postgres(project), "PostgreSQL")?;
    let sqlite3 = needs(tools::sqlite3(project), "the `sqlite3` shell")?;
    say("building the origin of record");
    let mut command = project.cargo("build");
    project.run(command.args(["--profile", "origin"]).args(build::ORIGIN)).context("cannot build the origin")?;
    let folder = Folder::new("sqlite")?;
    let postgres = Postgres::start(&initdb)?;
    postgres.prepare_peer()?;
    let mut engines = [
        Engine::start(project, "SQLite", "rows", &format!("sqlite:{}", folder.0.join("shop.db").display()))?,
        Engine::start(project, "PostgreSQL", "TPC-B", &postgres.database("shop")?)?,
    ];
    let mut syncs = Vec::new();
    for round in 1..=ROUNDS {
        syncs.push(database::syncs(&folder)?);
        for engine in &mut engines {
            say(format!("round {round} of {ROUNDS}: {}", engine.name));
            engine.measure()?;
            let peer = match engine.name {
                "SQLite" => database::sqlite_rows(&sqlite3, &folder)?,
                _ => postgres.peer(CONNECTIONS, TIME)?,
            };
            engine.peers.push(peer);
        }
    }
    let mut table = String::from(
        "engine       orders/s   p50 ms   p99 ms   µs an order   checkouts/s   peer     peer/s   ratio   order/peer by rounds\n",
    );
    for engine in &engines {
        engine.write(&mut table)?;
    }
    writeln!(table, "\ndurable appends to one file: {:.0} a second", median(&syncs))?;
    table.push_str("\nat twice that rate       offered/s   orders/s   p50 ms   p99 ms   refused   p99 ms   lost\n");
    for engine in &mut engines {
        say(format!("twice the rate: {}", engine.name));
        engine.overload(&mut table)?;
    }
    #[expect(clippy::print_stdout, reason = "the table is the result; it goes to stdout so that it can be kept")]
    {
        println!(
            "{table}\nmedians of {ROUNDS} rounds of at most {} s, taken in turn, over {CONNECTIONS} connections from the same machine; µs is processor time of the origin; refused: 503 with `retry-after`",
            TIME.as_secs()
        );
    }
    Ok(())
}

impl Engine {
    fn start(project: &Project, name: &'static str, peer: &'static str, database: &str) -> Result<Engine> {
        let origin = start_origin(project, |command| {
            command.env("DATABASE_URL", database).env("ORIGIN_SECRET", SECRET).env("OFFICE_SECRET", OFFICE);
            // Nobody gets a mail, and all of the load comes from one address.
            command.env("SMTP_URL", "none").env("MAX_CONNECTIONS_PER_ADDRESS", "4000");
        })?;
        let mut staff = Connection::open(origin.port)?;
        for (one, other) in GOODS {
            staff.count(one, ON_HAND)?;
            staff.count(other, ON_HAND)?;
        }
        let numbers = BTreeSet::new();
        Ok(Engine { name, peer, origin, orders: Vec::new(), prepared: Vec::new(), peers: Vec::new(), numbers })
    }

    fn measure(&mut self) -> Result<()> {
        let checkouts = self.prepare(CHECKOUTS)?;
        let before = super::load::processor_seconds(self.process())?;
        let mut outcome = load::in_turn(self.origin.port, &checkouts, CONNECTIONS, TIME)?;
        outcome.processor = super::load::processor_seconds(self.process())? - before;
        self.numbers.extend(outcome.numbers.iter().cloned());
        self.orders.push(outcome);
        Ok(())
    }

    fn prepare(&mut self, count: usize) -> Result<Vec<Prepared>> {
        let (checkouts, seconds) = load::prepare(self.origin.port, count)?;
        self.prepared.push(f64::from(u32::try_from(count)?) / seconds);
        Ok(checkouts)
    }

    fn write(&self, table: &mut String) -> Result<()> {
        let rate = self.rate();
        let figure = |figure: fn(&Outcome) -> f64| median(&self.orders.iter().map(figure).collect::<Vec<_>>());
        let ratios: Vec<f64> = self.orders.iter().zip(&self.peers).map(|(orders, peer)| orders.rate() / peer).collect();
        let rounds: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
        Ok(writeln!(
            table,
            "{:<12} {rate:>8.0} {:>8.1} {:>8.1} {:>13.0} {:>13.0}   {:<7} {:>7.0} {:>7.2}   {}",
            self.name,
            figure(|outcome| quantile(&outcome.placed, 50)),
            figure(|outcome| quantile(&outcome.placed, 99)),
            figure(Outcome::microseconds),
            median(&self.prepared),
            self.peer,
            median(&self.peers),
            median(&ratios),
            rounds.join(" "),
        )?)
    }

    /// Twice the rate for a while; whoever was refused presses again afterwards. Then there is one order for each checkout.
    fn overload(&mut self, table: &mut String) -> Result<()> {
        let rate = (self.rate() * 2.0).round();
        // A rate is a small positive number.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate of some hundreds")]
        let count = rate as usize * OVERLOAD as usize;
        let checkouts = self.prepare(count)?;
        let outcome = load::at_rate(self.origin.port, &checkouts, rate, CROWD)?;
        let again = load::in_turn(self.origin.port, &outcome.again, CONNECTIONS, Duration::from_mins(1))?;
        let placed = outcome.numbers.len() + again.numbers.len();
        self.numbers.extend(outcome.numbers.iter().chain(&again.numbers).cloned());
        let mut staff = Connection::open(self.origin.port)?;
        let reserved: Result<Vec<u64>> = GOODS.iter().map(|(one, _)| staff.reserved(one)).collect();
        let held: u64 = reserved?.iter().sum();
        ensure!(
            held == self.numbers.len() as u64,
            "{held} orders hold goods, and {} have a number",
            self.numbers.len()
        );
        Ok(writeln!(
            table,
            "{:<24} {rate:>9.0} {:>10.0} {:>8.0} {:>8.0} {:>9} {:>8.0} {:>6}",
            self.name,
            outcome.rate(),
            quantile(&outcome.placed, 50),
            quantile(&outcome.placed, 99),
            outcome.shed.len(),
            quantile(&outcome.shed, 99),
            count - placed,
        )?)
    }

    fn rate(&self) -> f64 {
        median(&self.orders.iter().map(Outcome::rate).collect::<Vec<_>>())
    }

    fn process(&self) -> &Child {
        &self.origin.child
    }
}

/// The median of an odd number of figures; 0 of none.
fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
