//! One measurement: wrk makes requests to a local port for a while, and the kernel counts their cost to the server.
//! Closed-loop, one thread of wrk: the machine may have two cores.

use std::path::Path;
use std::process::{Child, Command};

use anyhow::{Context, Result, bail};

use crate::project::{Project, capture, read};
use crate::workerd::Asked;

/// What wrk is pointed at, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load<'a> {
    pub(super) wrk: &'a Path,
    /// A script that chooses the addresses.
    pub(super) script: &'a Path,
    /// Connections that it keeps open.
    pub(super) connections: u32,
}

/// What one measurement found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) requests_per_second: f64,
    /// Processor time of the server divided by the requests it answered; steadier than the rate on a shared machine.
    pub(super) microseconds: f64,
    /// Milliseconds that half of the answers took at most.
    pub(super) p50: f64,
    /// The same of 99 in a hundred.
    pub(super) p99: f64,
}

/// Lets wrk ask a server for `seconds`.
pub(super) fn measure(project: &Project, load: Load<'_>, server: &Child, port: u16, seconds: u32) -> Result<Sample> {
    let before = processor_seconds(server)?;
    let text = capture(
        Command::new(load.wrk)
            .args(["-t1", "--latency", "-c", &load.connections.to_string(), "-d", &format!("{seconds}s"), "-s"])
            .arg(load.script)
            .arg(format!("http://127.0.0.1:{port}/"))
            .current_dir(project.path("")),
    )?;
    let spent = processor_seconds(server)? - before;
    let (requests, requests_per_second) = parse(&text).with_context(|| format!("wrk printed\n{text}"))?;
    let quantile = |name: &str| latency(&text, name).with_context(|| format!("wrk printed no {name}\n{text}"));
    let (p50, p99) = (quantile("50%")?, quantile("99%")?);
    Ok(Sample { requests_per_second, microseconds: spent * 1e6 / requests, p50, p99 })
}

/// A wrk script that asks for one path after the other, from the first again after the last.
pub(super) fn script(paths: &[String]) -> String {
    let list: Vec<String> = paths.iter().map(|path| format!("  \"{path}\",\n")).collect();
    let list = list.concat();
    format!(
        "local paths = {{\n{list}}}\nlocal at = 0\nrequest = function()\n  at = at % #paths + 1\n  return wrk.format(nil, paths[at])\nend\n"
    )
}

/// A wrk script that sends one request again and again.
pub(super) fn script_of(asked: &Asked<'_>) -> String {
    let fields: Vec<String> =
        asked.fields.iter().map(|(name, value)| format!("  [\"{name}\"] = [[{value}]],\n")).collect();
    let fields = fields.concat();
    format!(
        "wrk.method = \"{}\"\nwrk.path = \"{}\"\nwrk.headers = {{\n{fields}}}\nwrk.body = [[{}]]\n",
        asked.method, asked.path, asked.content
    )
}

/// The median of an odd number of measurements, each figure for itself.
pub(super) fn median(samples: &[Sample]) -> Option<Sample> {
    let middle = |figure: fn(&Sample) -> f64| {
        let mut figures: Vec<f64> = samples.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    };
    Some(Sample {
        requests_per_second: middle(|sample| sample.requests_per_second)?,
        microseconds: middle(|sample| sample.microseconds)?,
        p50: middle(|sample| sample.p50)?,
        p99: middle(|sample| sample.p99)?,
    })
}

fn parse(text: &str) -> Result<(f64, f64)> {
    if let Some(line) = text.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors")) {
        bail!("not every request was answered well: {}", line.trim());
    }
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let requests = text.lines().find_map(|line| line.split_once(" requests in ")).and_then(|(count, _)| number(count));
    let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:")).and_then(number);
    requests.zip(rate).filter(|(requests, _)| *requests > 0.0).context("no number of requests in it")
}

/// A quantile of wrk's table, in milliseconds: `     99%    4.54ms`.
fn latency(text: &str, name: &str) -> Option<f64> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix(name))?.trim();
    let (number, unit) = value.split_at(value.find(|letter: char| letter.is_ascii_alphabetic())?);
    let milliseconds = match unit {
        "us" => 1e-3,
        "ms" => 1.0,
        "s" => 1e3,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * milliseconds)
}

/// User and system time of the server so far (proc(5), fields 14 and 15, in hundredths of a second).
pub(super) fn processor_seconds(server: &Child) -> Result<f64> {
    let path = format!("/proc/{}/stat", server.id());
    let text = read(Path::new(&path))?;
    // The second field is the program's name in brackets and may hold anything.
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 3s test @ http://127.0.0.1:1/\n  1 threads and 4 connections\n  18442 requests in 3.00s, 151.21MB read\nRequests/sec:   6147.11\nTransfer/sec:     50.40MB\n";

    #[test]
    fn a_report_gives_count_and_rate() {
        assert_eq!(parse(REPORT).unwrap(), (18442.0, 6147.11));
    }

    #[test]
    fn a_report_with_failures_is_no_measurement() {
        let failed = REPORT.replace("Requests/sec", "  Non-2xx or 3xx responses: 7\nRequests/sec");
        assert!(parse(&failed).unwrap_err().to_string().contains("Non-2xx or 3xx responses: 7"));
        assert!(parse("unable to connect").is_err());
    }

    #[test]
    fn quantiles_are_told_in_milliseconds() {
        let table = "  Latency Distribution\n     50%  673.00us\n     90%    1.52s \n     99%    4.54ms\n";
        let found = ["50%", "90%", "99%", "75%"].map(|name| latency(table, name).map(|value| format!("{value:.3}")));
        assert_eq!(found, [Some("0.673".to_owned()), Some("1520.000".to_owned()), Some("4.540".to_owned()), None]);
    }

    #[test]
    fn the_median_takes_each_figure_for_itself() {
        let sample = |rate, cost| Sample { requests_per_second: rate, microseconds: cost, p50: rate, p99: cost };
        let found = median(&[sample(3.0, 10.0), sample(1.0, 30.0), sample(2.0, 20.0)]).unwrap();
        assert_eq!(format!("{} {}", found.requests_per_second, found.microseconds), "2 20");
        assert!(median(&[]).is_none());
    }
}
