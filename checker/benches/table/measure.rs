//! Contenders measured in turns, so that whatever else the machine does meets all of them alike.

use std::time::{Duration, Instant};

/// The times of one contender, in the order in which they were taken.
#[derive(Debug, Clone, Default)]
pub struct Series(Vec<Duration>);

/// A ratio of two medians, with the least and the greatest that parts of the two series give.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

/// Parts that a series is cut into for the spread of a ratio.
const PARTS: usize = 5;

impl Series {
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn median(&self) -> Duration {
        median(&self.0)
    }

    pub fn least(&self) -> Duration {
        self.0.iter().min().copied().unwrap_or_default()
    }

    pub fn most(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }

    /// How many times longer this took than `base`.
    pub fn over(&self, base: &Series) -> Ratio {
        let size = self.0.len().div_ceil(PARTS).max(1);
        let parts = self.0.chunks(size).zip(base.0.chunks(size));
        let ratios: Vec<f64> = parts.map(|(part, base)| ratio(median(part), median(base))).collect();
        Ratio {
            median: ratio(self.median(), base.median()),
            least: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            most: ratios.iter().copied().fold(0.0, f64::max),
        }
    }
}

/// Runs all contenders in turns, `rounds` times; each tells how long it took.
pub fn in_turns<const N: usize>(
    rounds: usize,
    mut contenders: [&mut dyn FnMut() -> Duration; N],
) -> [Series; N] {
    let mut series = [const { Series(Vec::new()) }; N];
    // The first round only warms caches.
    for contender in &mut contenders {
        contender();
    }
    for _ in 0..rounds {
        for (contender, series) in contenders.iter_mut().zip(&mut series) {
            series.push(contender());
        }
    }
    series
}

/// How long something took.
pub fn timed(act: impl FnOnce()) -> Duration {
    let started = Instant::now();
    act();
    started.elapsed()
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn ratio(time: Duration, base: Duration) -> f64 {
    time.as_secs_f64() / base.as_secs_f64().max(f64::MIN_POSITIVE)
}
