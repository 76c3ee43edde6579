//! Taking a request apart; what does not fit is refused as a [`Problem`].

use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::Problem;

/// Parts of the path.
pub(crate) struct Path<T>(pub T);

/// Parameters of the query.
pub(crate) struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(taken)) => Ok(Self(taken)),
            Err(rejection) => Err(Problem::new(
                StatusCode::NOT_FOUND,
                "nothing_here",
                rejection.body_text(),
            )),
        }
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AxumQuery::<T>::from_request_parts(parts, state).await {
            Ok(AxumQuery(taken)) => Ok(Self(taken)),
            Err(rejection) => Err(bad_parameter(rejection.body_text())),
        }
    }
}

/// A parameter that does not fit.
pub(crate) fn bad_parameter(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_parameter", detail)
}
