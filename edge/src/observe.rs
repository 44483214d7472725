//! The record of the Worker's own work: the trace that a request and its questions to the origin share, and the points of counted events.
//! Each event is one value, from which its line of the log and its point are written. The record of a request is `edge/observe.js`'s.

use std::fmt;
use std::num::NonZeroU128;

use shop::reports::counted::{Counted, Point};
use worker::{AnalyticsEngineDataPointBuilder, AnalyticsEngineDataset, Env, console_log};

use crate::platform::runtime;

/// The binding of the dataset of Analytics Engine, which is optional.
const METRICS_BINDING: &str = "METRICS";

/// The id of a trace: 32 hexadecimal digits that are not all zero (<https://www.w3.org/TR/trace-context/#trace-id>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace(NonZeroU128);

/// The dataset that points are written to, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Option<AnalyticsEngineDataset>);

/// A question to the origin of record, whose point is written when its response begins or when it is given up.
pub(crate) struct Question<'a> {
    metrics: &'a Metrics,
    subject: &'static str,
    started: f64,
    status: Option<u16>,
}

impl Trace {
    /// The trace of a request: the one of its `traceparent` if that is valid, a new one otherwise. `None` where the runtime has no
    /// random numbers.
    pub(crate) fn of(traceparent: Option<String>) -> Option<Self> {
        let drawn = || NonZeroU128::new(u128::from_be_bytes(runtime::random()?)).map(Self);
        traceparent.and_then(|text| Self::parse(&text)).or_else(drawn)
    }

    /// Reads an id alone.
    pub(crate) fn new(id: &str) -> Option<Self> {
        is_hexadecimal(id, 32).then(|| u128::from_str_radix(id, 16).ok().and_then(NonZeroU128::new))?.map(Self)
    }

    /// Reads a `traceparent` of version 00.
    fn parse(traceparent: &str) -> Option<Self> {
        let parts: Vec<&str> = traceparent.split('-').collect();
        let ["00", trace, parent, flags] = parts.as_slice() else { return None };
        let has_parent = is_hexadecimal(parent, 16) && parent.bytes().any(|digit| digit != b'0');
        (has_parent && is_hexadecimal(flags, 2)).then(|| Self::new(trace))?
    }

    /// The `traceparent` of a request that this trace leads to. `None` where the runtime has no random numbers.
    pub(crate) fn traceparent(self) -> Option<String> {
        runtime::random().map(|parent| self.with_parent(u64::from_be_bytes(parent)))
    }

    fn with_parent(self, parent: u64) -> String {
        format!("00-{self}-{parent:016x}-01")
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Metrics {
    /// The dataset of the environment.
    pub(crate) fn of(env: &Env) -> Self {
        let dataset = || env.analytics_engine(METRICS_BINDING).ok();
        Self(runtime::is_bound(env, METRICS_BINDING).then(dataset).flatten())
    }

    /// Writes the line and the point of an event.
    pub(crate) fn record(&self, event: &Counted) {
        log(&event.line());
        self.write(&event.point());
    }

    /// Begins to measure a question to the origin. Its subject is `changes` or `snapshot`.
    pub(crate) fn ask(&self, subject: &'static str) -> Question<'_> {
        Question { metrics: self, subject, started: runtime::now(), status: None }
    }

    fn write(&self, point: &Point) {
        let Some(dataset) = &self.0 else { return };
        let texts = std::iter::once(point.kind).chain(point.texts.iter().map(String::as_str));
        let written = AnalyticsEngineDataPointBuilder::new()
            .indexes([point.kind])
            .blobs(texts)
            .doubles([point.number])
            .write_to(dataset);
        // A point that the dataset refuses is lost. The line of its event remains.
        drop(written);
    }
}

impl Question<'_> {
    /// Its response has begun.
    pub(crate) fn answered(mut self, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.metrics.write(&Point::asked(self.subject, self.status, runtime::now() - self.started));
    }
}

/// Writes a line to the log.
pub(crate) fn log(line: &str) {
    console_log!("{line}");
}

#[cfg(test)]
mod tests {
    use super::Trace;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_valid_trace_is_read_and_written_with_another_parent() {
        let trace = Trace::parse(&format!("00-{ID}-b7ad6b7169203331-01")).expect("it is valid");
        assert_eq!(trace.to_string(), ID);
        assert_eq!(trace.with_parent(0xab), format!("00-{ID}-00000000000000ab-01"));
        assert_eq!(Trace::new(ID), Some(trace));
        let small = format!("{:032x}", 1);
        assert_eq!(Trace::new(&small).map(|trace| trace.to_string()), Some(small), "leading zeros stay");
    }

    #[test]
    fn anything_else_is_no_trace() {
        let (zeros, upper) = ("0".repeat(32), ID.to_ascii_uppercase());
        for other in [
            String::new(),
            ID.to_owned(),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{ID}-0000000000000000-01"),
            format!("00-{upper}-b7ad6b7169203331-01"),
            format!("00-+{}-b7ad6b7169203331-01", &ID[1..]),
            format!("00-{ID}-b7ad6b716920333-01"),
            format!("00-{ID}-b7ad6b7169203331-1"),
            format!("ff-{ID}-b7ad6b7169203331-01"),
            format!("00-{ID}-b7ad6b7169203331-01-more"),
        ] {
            assert_eq!(Trace::parse(&other), None, "{other}");
        }
    }
}
