//! The integration tests: one binary, one module a subject.

// `cfg(test)` tells clippy that the helpers in there are test code too.
#[cfg(test)]
mod architecture;
mod make_pdf;
