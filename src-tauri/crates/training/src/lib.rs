//! Trains the clause model of the offline reader and measures it out of fold. No part of the program:
//! only the workshop and `countersign eval` use it. Start with [`fit`](mod@fit).

#![allow(
    clippy::needless_range_loop,
    reason = "sums over rows, groups and kinds read best with their indices"
)]

pub mod boost;
pub mod corpus;
pub mod dataset;
pub mod error;
pub mod evaluate;
pub mod fit;
pub mod linear;
pub mod logistic;
pub mod matching;
pub mod out_of_fold;
pub mod quantise;
pub mod random;
pub mod weak;

pub use error::Error;
