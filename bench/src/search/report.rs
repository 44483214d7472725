//! The measurements as tables in Markdown, each beside its aim.

use std::fmt::Write as _;
use std::time::Duration;

use super::queries::Class;
use super::timing::Figures;

/// What was measured of one size of a catalog.
pub(super) struct Size {
    pub(super) products: usize,
    /// How many variants they have; 0 where none has one.
    pub(super) variants: usize,
    pub(super) index_bytes: usize,
    pub(super) built_in: Duration,
    pub(super) opened_in: Duration,
    pub(super) native: Vec<Native>,
    pub(super) worker: InWorkerd,
    pub(super) peers: Vec<Peer>,
}

/// A class of questions in this process.
pub(super) struct Native {
    pub(super) class: Class,
    pub(super) plain: Option<Figures>,
    pub(super) facets: Option<Figures>,
    pub(super) tantivy: Option<Figures>,
}

/// The shop's Worker.
pub(super) struct InWorkerd {
    pub(super) wasm_bytes: u64,
    pub(super) first_answer: Duration,
    pub(super) resident: Option<u64>,
    pub(super) timed: Vec<Timed>,
}

/// A class of questions to the Worker.
pub(super) struct Timed {
    pub(super) class: Class,
    pub(super) plain: Option<Figures>,
    pub(super) facets: Option<Figures>,
}

/// A JavaScript engine, asked in one way.
pub(super) struct Peer {
    pub(super) engine: String,
    pub(super) way: String,
    /// From the products' text to the first answer.
    pub(super) ready_in: Duration,
    pub(super) resident: Option<u64>,
    pub(super) timed: Vec<(Class, Option<Figures>)>,
}

impl Size {
    /// The products, and their variants if there are any.
    fn name(&self) -> String {
        let products = grouped(self.products);
        if self.variants > 0 { format!("{products} with {} variants", grouped(self.variants)) } else { products }
    }
}

/// Everything, one table after the other.
pub(super) fn report(sizes: &[Size]) -> String {
    let tables = [sizes_table(sizes), native_table(sizes), workerd_table(sizes)];
    let (whole, plain): (Vec<&Size>, Vec<&Size>) = sizes.iter().partition(|size| size.variants > 0);
    tables
        .into_iter()
        .chain([summary(&plain)])
        .chain(whole.into_iter().map(summary_of_whole))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The goals of a catalog with variants.
fn summary_of_whole(size: &Size) -> String {
    let worst = |pick: fn(&Figures) -> Duration| {
        let figures = size.worker.timed.iter().filter_map(|timed| timed.facets.as_ref());
        figures.map(pick).max().map_or(0.0, micros) / 1000.0
    };
    format!(
        "at {}, of the slowest class, facets included, in workerd: p50 {:.2} ms (goal 0.5), p99 {:.2} ms (goal 2); wasm {:.2} MiB (goal 32)\n",
        size.name(),
        worst(|figures| figures.p50),
        worst(|figures| figures.p99),
        mebi(size.worker.wasm_bytes),
    )
}

fn sizes_table(sizes: &[Size]) -> String {
    let mut text = String::from(
        "| products | index | built | opened | Worker, wasm | first answer | workerd holds | MiniSearch: ready, workerd holds | Orama: ready, workerd holds |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for size in sizes {
        let peer = |engine: &str| {
            let peer = size.peers.iter().find(|peer| peer.engine == engine);
            peer.map_or_else(
                || "–".to_owned(),
                |peer| format!("{:.1} s, {}", peer.ready_in.as_secs_f64(), mebibytes(peer.resident)),
            )
        };
        let _ = writeln!(
            text,
            "| {} | {:.2} MB | {:.2} s | {:.1} µs | {:.2} MiB | {:.0} ms | {} | {} | {} |",
            size.name(),
            megabytes(size.index_bytes),
            size.built_in.as_secs_f64(),
            micros(size.opened_in),
            mebi(size.worker.wasm_bytes),
            micros(size.worker.first_answer) / 1000.0,
            mebibytes(size.worker.resident),
            peer("MiniSearch"),
            peer("Orama"),
        );
    }
    text
}

fn native_table(sizes: &[Size]) -> String {
    let mut text = String::from(
        "| products | question, natively | ours p50 | p99 | with facets p50 | p99 | tantivy p50 | p99 | ours to tantivy |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for size in sizes {
        for Native { class, plain, facets, tantivy } in &size.native {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                size.name(),
                class.name(),
                p50(plain.as_ref()),
                p99(plain.as_ref()),
                p50(facets.as_ref()),
                p99(facets.as_ref()),
                p50(tantivy.as_ref()),
                p99(tantivy.as_ref()),
                ratio(plain.as_ref(), tantivy.as_ref()),
            );
        }
    }
    text
}

fn workerd_table(sizes: &[Size]) -> String {
    let mut text = String::from("| products | question, in workerd | ours p50 | p99 | with facets p50 | p99 |");
    let ways: Vec<&Peer> = sizes.first().map(|size| size.peers.iter().collect()).unwrap_or_default();
    for Peer { engine, way, .. } in &ways {
        let _ = write!(text, " {engine} ({way}) p50 | p99 |");
    }
    text.push_str(" the fastest of them to ours |\n|");
    text.push_str(&" --- |".repeat(7 + 2 * ways.len()));
    text.push('\n');
    for size in sizes {
        for Timed { class, plain, facets } in &size.worker.timed {
            let _ = write!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                size.name(),
                class.name(),
                p50(plain.as_ref()),
                p99(plain.as_ref()),
                p50(facets.as_ref()),
                p99(facets.as_ref())
            );
            for peer in &size.peers {
                let figures = of_class(peer, *class);
                let _ = write!(text, " {} | {} |", p50(figures), p99(figures));
            }
            let _ = writeln!(text, " {} |", fastest(size, *class).map_or_else(|| "–".to_owned(), times));
        }
    }
    text
}

/// The goals of the largest catalog.
fn summary(sizes: &[&Size]) -> String {
    let mut text = String::new();
    let [.., before, size] = sizes else { return text };
    let texts = || size.worker.timed.iter().filter(|timed| timed.class.is_text());
    let worst = |pick: fn(&Figures) -> Duration| {
        texts().filter_map(|timed| timed.facets.as_ref().map(pick)).max().map_or(0.0, micros)
    };
    let slowest = texts().filter_map(|timed| fastest(size, timed.class)).fold(f64::INFINITY, f64::min);
    let tantivy = size
        .native
        .iter()
        .filter_map(|native| Some(of(native.plain.as_ref()?, native.tantivy.as_ref()?)))
        .fold(0.0, f64::max);
    let growth = size
        .worker
        .timed
        .iter()
        .zip(&before.worker.timed)
        .filter_map(|(large, small)| Some(of(large.facets.as_ref()?, small.facets.as_ref()?)))
        .fold(0.0, f64::max);
    let _ = writeln!(
        text,
        "at {} products, of the slowest class each time:\n\
         - search with facets in workerd: p50 {:.2} ms (goal 0.5), p99 {:.2} ms (goal 2)\n\
         - the faster JavaScript engine takes {} as long (goal 10)\n\
         - tantivy takes 1 where ours takes {tantivy:.2}, natively (goal 3)\n\
         - first answer after {:.0} ms (goal 250); wasm {:.2} MiB (goal 20)\n\
         - ten times the products take {growth:.1} times as long (goal below 10)",
        grouped(size.products),
        worst(|figures| figures.p50) / 1000.0,
        worst(|figures| figures.p99) / 1000.0,
        times(slowest),
        micros(size.worker.first_answer) / 1000.0,
        mebi(size.worker.wasm_bytes),
    );
    text
}

/// How much longer the fastest JavaScript engine takes than ours does with facets, which none of them counts.
fn fastest(size: &Size, class: Class) -> Option<f64> {
    let ours = size.worker.timed.iter().find(|timed| timed.class == class)?.facets.as_ref()?;
    let peers = size.peers.iter().filter_map(|peer| of_class(peer, class));
    peers.map(|theirs| of(theirs, ours)).min_by(f64::total_cmp)
}

fn of_class(peer: &Peer, class: Class) -> Option<&Figures> {
    peer.timed.iter().find(|(timed, _)| *timed == class).and_then(|(_, figures)| figures.as_ref())
}

fn of(left: &Figures, right: &Figures) -> f64 {
    left.p50.as_secs_f64() / right.p50.as_secs_f64().max(f64::MIN_POSITIVE)
}

fn ratio(left: Option<&Figures>, right: Option<&Figures>) -> String {
    left.zip(right).map_or_else(|| "–".to_owned(), |(left, right)| format!("{:.2}", of(left, right)))
}

fn times(ratio: f64) -> String {
    format!("{ratio:.0} ×")
}

fn p50(figures: Option<&Figures>) -> String {
    figures.map_or_else(|| "–".to_owned(), |figures| duration(figures.p50))
}

fn p99(figures: Option<&Figures>) -> String {
    figures.map_or_else(|| "–".to_owned(), |figures| duration(figures.p99))
}

/// In microseconds, or in milliseconds where those have four digits.
fn duration(duration: Duration) -> String {
    let micros = micros(duration);
    if micros < 10.0 {
        format!("{micros:.1} µs")
    } else if micros < 1000.0 {
        format!("{micros:.0} µs")
    } else if micros < 100_000.0 {
        format!("{:.1} ms", micros / 1000.0)
    } else {
        format!("{:.0} ms", micros / 1000.0)
    }
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn mebi(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1024 * 1024)
}

fn mebibytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{:.0} MiB", mebi(bytes)))
}

fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as it is measured: a class may have no questions")]
    fn figures(p50: u64, p99: u64) -> Option<Figures> {
        Some(Figures { p50: Duration::from_micros(p50), p99: Duration::from_micros(p99) })
    }

    fn size(products: usize, factor: u64) -> Size {
        let peer = |way: &str, p50| Peer {
            engine: "Other".to_owned(),
            way: way.to_owned(),
            ready_in: Duration::from_millis(1500),
            resident: None,
            timed: vec![(Class::Common, figures(p50 * factor, 9000))],
        };
        Size {
            products,
            variants: 0,
            index_bytes: 19_110_000,
            built_in: Duration::from_secs(7),
            opened_in: Duration::from_micros(8),
            native: vec![Native {
                class: Class::Common,
                plain: figures(20 * factor, 90),
                facets: figures(30, 100),
                tantivy: figures(10 * factor, 50),
            }],
            worker: InWorkerd {
                wasm_bytes: 19 * 1024 * 1024,
                first_answer: Duration::from_millis(100),
                resident: Some(1024 * 1024),
                timed: vec![Timed {
                    class: Class::Common,
                    plain: figures(100, 200),
                    facets: figures(50 * factor, 1500),
                }],
            },
            peers: vec![peer("all words", 2000), peer("any word", 5000)],
        }
    }

    #[test]
    fn the_summary_compares_the_largest_with_its_peers_and_the_one_before() {
        let text = summary(&[&size(10_000, 1), &size(100_000, 3)]);
        assert!(text.contains("at 100,000 products"), "{text}");
        assert!(text.contains("p50 0.15 ms (goal 0.5), p99 1.50 ms"), "{text}");
        assert!(text.contains("takes 40 × as long"), "{text}");
        assert!(text.contains("ours takes 2.00"), "{text}");
        assert!(text.contains("take 3.0 times as long"), "{text}");
    }

    #[test]
    fn every_row_has_the_cells_of_its_head() {
        let text = report(&[size(10_000, 1), size(100_000, 3)]);
        for table in text.split("\n\n") {
            let mut cells = table.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count());
            let head = cells.next().unwrap_or_default();
            assert!(cells.all(|count| count == head), "{table}");
        }
        assert!(
            text.contains("| 10,000 | common word | 20 µs | 90 µs | 30 µs | 100 µs | 10 µs | 50 µs | 2.00 |"),
            "{text}"
        );
    }
}
