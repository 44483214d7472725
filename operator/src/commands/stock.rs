//! `storefront stock`: what is there of a SKU, and moves of it, each with a reason and a name.

use anyhow::{Context as _, Result};

use crate::arguments::{MoveOptions, Reason, StockCommand};
use crate::context::Context;
use crate::office::Office;
use crate::office::stock::{Level, Move};
use crate::output::table;
use crate::stopped::{Exit, Stopped};
use crate::{chance, clock, environment};

pub(super) async fn run(context: &Context<'_>, command: &StockCommand) -> Result<()> {
    let (name, sku) = (command.name(), command.sku());
    let office = Office::configured()?;
    let level = match command {
        StockCommand::Show { .. } => {
            office.level(sku).await.with_context(|| format!("cannot show the stock of `{sku}`"))?
        }
        StockCommand::Set { on_hand, options, .. } => {
            let to = (None, Some(i64::from(*on_hand)));
            move_stock(&office, sku, to, Reason::Counted, options).await?
        }
        StockCommand::Move { by, reason, options, .. } => {
            move_stock(&office, sku, (Some(*by), None), *reason, options).await?
        }
    };
    context.output.result(name, &level, &text(&level)?)
}

async fn move_stock(
    office: &Office,
    sku: &str,
    (by, to): (Option<i64>, Option<i64>),
    reason: Reason,
    options: &MoveOptions,
) -> Result<Level> {
    let staff = environment::author()?;
    let drawn = format!("{:016x}{:016x}", chance::draw(), chance::draw());
    let id = options.id.as_deref().unwrap_or(&drawn);
    let wanted = Move { id, by, to, reason: reason.name(), note: options.message.as_str(), staff: staff.as_str() };
    office.move_stock(sku, &wanted).await.map_err(|error| {
        let is_refused = error.downcast_ref::<Stopped>().is_some_and(|stopped| stopped.exit != Exit::Failure);
        error.context(if is_refused {
            format!("cannot move the stock of `{sku}`")
        } else {
            format!("the stock of `{sku}` is not known to have moved; `--id {id}` asks for the same move again")
        })
    })
}

fn text(level: &Level) -> Result<String> {
    let Level { sku, on_hand, reserved, backordered, available, moves } = level;
    let beyond = if *backordered > 0 { format!(", {backordered} sold beyond that") } else { String::new() };
    let lines = format!("{sku}: {on_hand} on hand, {reserved} reserved, {available} available{beyond}\n");
    if moves.is_empty() {
        return Ok(lines);
    }
    let mut rows = vec![["when", "by", "on hand", "reason", "who", "note"].map(str::to_owned).to_vec()];
    for moved in moves {
        let when = clock::timestamp(moved.at / 1000)?;
        let cells = [
            crate::view::day(&when),
            format!("{:+}", moved.by),
            moved.on_hand.to_string(),
            moved.reason.clone(),
            moved.staff.clone(),
            moved.note.clone(),
        ];
        rows.push(cells.to_vec());
    }
    Ok(format!("{lines}\n{}", table(&rows)))
}
