//! Responses on 100,000 made-up products, in process: filters with facets, words, and beginnings of words that nearly every description
//! has; and changes laid over their index. Processor time, so that a busy machine only makes the run longer; the shortest of several
//! rounds counts. `cargo bench -p catalog --bench large -- PART` measures the lines whose name contains the part; `changes` is one.

#![expect(clippy::expect_used, reason = "a benchmark that cannot start ends with the cause")]
#![expect(clippy::cast_precision_loss, reason = "figures for a person")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a table on stdout, progress on stderr")]

#[path = "../tests/it/chance.rs"]
mod chance;
#[path = "../tests/it/hostile/made_up.rs"]
mod made_up;

use std::hint::black_box;
use std::time::Duration;

use catalog::Catalog;
use catalog::api::{Settings, answer};
use catalog::build::{Edition, Options, Products};
use nix::time::{ClockId, clock_gettime};
use web::{Method, Request};

use crate::made_up::MadeUp;

const PRODUCTS: usize = 100_000;

/// The language has at most so many words.
const WORDS: usize = 60_000;

/// Questions of each kind; with so few the 99th percentile is the dearest one.
const QUESTIONS: usize = 30;

/// Measurements of each answer, and how long one should last at least.
const ROUNDS: usize = 9;
const LEAST: Duration = Duration::from_millis(2);

fn main() {
    eprintln!("bench: an index of {PRODUCTS} products");
    let language = MadeUp::new(WORDS, &[""]);
    let records = language.records(PRODUCTS);
    // The first argument that is no option, as of other benchmarks, names the part.
    let part = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    if "changes".contains(&part) {
        changes(&records);
    }
    if part == "changes" {
        return;
    }
    let catalog = Catalog::open(read(&records).into_index().expect("they fit into an index"));
    drop(records);
    responses(&language, &catalog.expect("a fresh index opens"), &part);
}

fn read(records: &str) -> Products {
    Products::read(records.as_bytes(), Options::default()).expect("made-up products are valid")
}

/// Changes of a base that lacks every hundredth product: the time of the edge, which lays them over the base.
fn changes(records: &str) {
    let lines: Vec<&str> = records.lines().collect();
    let is_kept = |place: usize| place % 100 != 50;
    let kept = |line: &(usize, &&str)| is_kept(line.0);
    let base: Vec<&str> = lines.iter().enumerate().filter(kept).map(|(_, line)| *line).collect();
    let base = base.join("\n");
    let edition = Edition::new(read(&base)).expect("they fit into an index");
    let index = Catalog::open(edition.base().to_vec()).expect("a fresh index opens");
    println!("{:<46} {:>10} {:>10} {:>10} {:>10}", "changes", "changed", "bytes", "ms", "index MB");
    let other = |line: &str| line.replacen("\"price\":", "\"price\":1", 1);
    let text = |line: &str| line.replacen("\"description\":\"", "\"description\":\"gizmo ", 1);
    for (name, is_new, is_gone, is_other, is_text) in [
        ("one price", 0, 0, 1, false),
        ("2,000 prices", 0, 0, 2000, false),
        ("1,000 texts", 0, 0, 1000, true),
        ("one new product", 1, 0, 0, false),
        ("one product gone", 0, 1, 0, false),
        ("1,000 new products", 1000, 0, 0, false),
        ("1,000 products gone", 0, 1000, 0, false),
        ("600 new, 700 gone, 700 texts", 600, 700, 700, true),
    ] {
        // From the middle on, round the end.
        let at = |place: usize, rest: usize, count: usize| {
            place % 100 == rest && (place / 100 + 500) % 1000 < count && place / 100 < 1000
        };
        let mut changed = String::new();
        for (place, line) in lines.iter().enumerate() {
            let is_more = at(place, 50, is_new);
            let (is_less, differs) =
                (at(place, 20, is_gone), at(place, 30, is_other) || at(place, 40, is_other.saturating_sub(1000)));
            match () {
                () if !is_kept(place) && !is_more || is_less => continue,
                () if differs && is_text => changed.push_str(&text(line)),
                () if differs => changed.push_str(&other(line)),
                () => changed.push_str(line),
            }
            changed.push('\n');
        }
        let next = edition.next(read(&changed)).expect("they can be indexed");
        let bytes = next.changes().expect("they are changes");
        let lay = || {
            let start = processor_time();
            let catalog = index.with_changes(black_box(bytes)).expect("they fit the base");
            (processor_time().saturating_sub(start), catalog.as_bytes().len())
        };
        let (took, length) = (0..ROUNDS).map(|_| lay()).min().unwrap_or_default();
        let (took, length) = (took.as_secs_f64() * 1e3, length as f64 / 1e6);
        println!("{name:<46} {:>10} {:>10} {took:>10.1} {length:>10.2}", next.changed(), bytes.len());
    }
    println!();
}

fn responses(language: &MadeUp, catalog: &Catalog, part: &str) {
    let common: Vec<&str> = language.words.iter().map(String::as_str).filter(|word| word.len() > 3).collect();
    let common = common.get(..QUESTIONS).expect("a language has more words");
    let categories: Vec<String> =
        catalog.categories().map(|category| category.name.replace(' ', "+").replace('&', "%26")).collect();
    let of_words = |pattern: &str, letters: usize| -> Vec<String> {
        common.iter().map(|word| pattern.replace("{}", word.get(..letters.min(word.len())).unwrap_or(word))).collect()
    };
    let of_categories = |pattern: &str| -> Vec<String> {
        categories.iter().take(QUESTIONS).map(|category| pattern.replace("{}", category)).collect()
    };
    let one = |target: &str| vec![target.to_owned()];
    println!("{:<46} {:>10} {:>10}", "answer", "p50 µs", "p99 µs");
    for (name, targets) in [
        ("list", one("/api/products")),
        ("list with facets", one("/api/products?include=facets")),
        (
            "in stock, by price, page 40, facets",
            one("/api/products?inStock=true&sort=price-desc&page=40&include=facets"),
        ),
        ("prices, by name, facets", one("/api/products?minPrice=20&maxPrice=90&sort=name&include=facets")),
        ("category, facets", of_categories("/api/products?category={}&include=facets")),
        (
            "category, prices, in stock, facets",
            of_categories("/api/products?category={}&minPrice=9&inStock=true&include=facets"),
        ),
        ("common word", of_words("/api/products?search={}", 99)),
        ("common word, facets", of_words("/api/products?search={}&include=facets", 99)),
        (
            "common word, filters, by price, facets",
            of_words("/api/products?search={}&inStock=true&minPrice=9&sort=price-desc&page=40&include=facets", 99),
        ),
        ("beginning, three letters", of_words("/api/products?search={}", 3)),
        ("beginning, three letters, facets", of_words("/api/products?search={}&include=facets", 3)),
        ("beginning, two letters, facets", of_words("/api/products?search={}&include=facets", 2)),
        ("suggestions, a whole word", of_words("/api/products/suggest?q={}", 99)),
        ("suggestions, three letters", of_words("/api/products/suggest?q={}", 3)),
        ("suggestions, two letters", of_words("/api/products/suggest?q={}", 2)),
    ] {
        if !name.contains(part) {
            continue;
        }
        let mut times: Vec<Duration> = targets.iter().map(|target| time(catalog, target)).collect();
        times.sort_unstable();
        let at = |place: usize| times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e6);
        println!("{name:<46} {:>10.1} {:>10.1}", at(times.len() / 2), at(times.len() - 1));
    }
}

/// The processor time of this thread.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux and macOS count it").into()
}

/// The shortest time of one answer.
fn time(catalog: &Catalog, target: &str) -> Duration {
    let settings = Settings::default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request::new(Method::Get, path, query);
    assert!(answer(catalog, &settings, &request).status == 200, "`{target}` is refused");
    let run = |times: u32| {
        let start = processor_time();
        for _ in 0..times {
            black_box(answer(catalog, &settings, black_box(&request)));
        }
        processor_time().saturating_sub(start)
    };
    let once = run(1).as_nanos().max(100);
    let times = u32::try_from(LEAST.as_nanos() / once).unwrap_or(u32::MAX).clamp(1, 2000);
    (0..ROUNDS).map(|_| run(times) / times).min().unwrap_or_default()
}
