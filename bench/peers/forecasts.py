"""Forecasts of known methods for the rows that a backtest of this program forecasts: the same rows, prices and promotions.

    python forecasts.py FOLDER [quantiles]

FOLDER holds rows.csv (cell, type, day, quantity, price, promo, known covariates) and task.json; forecasts.csv goes there
(cell, origin, day, method, prediction, low, high). Settings were taken as published or as is usual, and tuned on nothing
but the windows that say so. One thread. With `quantiles` trees give their quantiles alone, of pieces as they are where the
task says that there are only few of them.
"""

import json
import os
import sys
import warnings
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", NIXTLA_NUMBA_RELEASE_GIL="0")
warnings.filterwarnings("ignore")

import lightgbm as lgb
import numpy as np
import pandas as pd
import xgboost as xgb
from mlforecast import MLForecast
from mlforecast.lag_transforms import ExponentiallyWeightedMean, RollingMean
from mlforecast.target_transforms import LocalStandardScaler
from statsforecast import StatsForecast
from statsforecast.models import (
    ADIDA,
    TSB,
    AutoETS,
    CrostonSBA,
    DynamicOptimizedTheta,
    SeasonalNaive,
    SimpleExponentialSmoothingOptimized,
)

folder = Path(sys.argv[1])
QUANTILES_ALONE = "quantiles" in sys.argv[2:]
task = json.loads((folder / "task.json").read_text())
GRAIN = task["frequency"]
SEASON = {"daily": 7, "weekly": 52, "monthly": 12}[GRAIN]
# Rows that the classical methods are given at most.
RECENT = {"daily": 730, "weekly": 520, "monthly": 240}[GRAIN]
BASE = {"daily": 28, "weekly": 8, "monthly": 6}[GRAIN]
MEANS = {"daily": (7, 14, 91), "weekly": (2, 4, 26), "monthly": (2, 3, 12)}[GRAIN]
PERIOD = {"daily": 1, "weekly": 7, "monthly": 30.44}[GRAIN]
MIN_ROWS = task["minRows"]
ORIGINS = [tuple(o) for o in task["origins"]]
SCORED = set(task["scored"])
HOLIDAYS = np.array(sorted(task["holidays"]), dtype=float)

rows = pd.read_csv(folder / "rows.csv", dtype={"cell": str, "type": str}).sort_values(["cell", "day"])
covariates = [c for c in rows.columns if c not in ("cell", "type", "day", "quantity", "price", "promo")]
# Rows of days without a sale often have no promotion: a gap there would tell that nothing was sold.
rows["promo"] = rows.groupby("cell")["promo"].ffill().fillna(0.0)
rows["price"] = rows.groupby("cell")["price"].transform(lambda p: p.where(p > 0).ffill().bfill())
types = {t: i for i, t in enumerate(sorted(rows["type"].unique()))}
cells = {
    name: {
        "number": i,
        "type": types[g["type"].iloc[0]],
        "day": g["day"].to_numpy(float),
        "y": g["quantity"].to_numpy(float),
        "price": g["price"].to_numpy(float),
        "promo": g["promo"].to_numpy(float),
        "known": g[covariates].fillna(0.0).to_numpy(float),
    }
    for i, (name, g) in enumerate(rows.groupby("cell"))
}
out = []


def keep(cell, origin, days, method, prediction, low=None, high=None):
    for i, day in enumerate(days):
        out.append(
            (
                cell,
                origin,
                int(day),
                method,
                max(0.0, float(prediction[i])),
                "" if low is None else max(0.0, float(low[i])),
                "" if high is None else max(0.0, float(high[i])),
            )
        )


def asked(cell, origin, end):
    day = cell["day"]
    return int(np.searchsorted(day, origin, "right")), int(np.searchsorted(day, end, "right"))


# ---- trees, direct over the horizon -------------------------------------------------------------------------------


def weekday(day):
    return (np.asarray(day, dtype=int) + 3) % 7


def to_holiday(day):
    """Days to the next holiday, and since the last, at most 30."""
    if len(HOLIDAYS) == 0:
        return np.zeros_like(day), np.zeros_like(day)
    at = np.searchsorted(HOLIDAYS, day)
    ahead = np.where(at < len(HOLIDAYS), HOLIDAYS[np.minimum(at, len(HOLIDAYS) - 1)] - day, 99)
    since = np.where(at > 0, day - HOLIDAYS[np.maximum(at - 1, 0)], 99)
    return np.minimum(ahead, 30), np.minimum(since, 30)


def around(cell, centre, half, upto):
    day = cell["day"][:upto]
    low, high = np.searchsorted(day, centre - half, "left"), np.searchsorted(day, centre + half, "right")
    return cell["y"][low:high]


def features(cell, n, m, origin):
    """Rows n..m of a cell as known at an origin, when it had n rows; their base level."""
    y, day, price, promo = cell["y"][:n], cell["day"], cell["price"], cell["promo"]
    base = max(y[-BASE:].mean(), 0.05 * y[-4 * BASE :].mean(), 1e-2)
    own = [y[-k] / base if n >= k else np.nan for k in (1, 2, 3)]
    own += [y[-w:].mean() / base for w in MEANS]
    own += [y[-MEANS[0] :].std() / base, y[-BASE:].std() / base, (y[-BASE:] > 0).mean()]
    recent = y[-120:]
    for alpha in (0.5, 0.2, 0.05):
        weight = (1 - alpha) ** np.arange(len(recent) - 1, -1, -1)
        own.append((weight * recent).sum() / weight.sum() / base)
    sold = np.flatnonzero(y > 0)
    since_sale = (origin - day[sold[-1]]) / PERIOD if len(sold) else 999
    own += [np.log(base), np.log(n), since_sale, (origin - day[n - 1]) / PERIOD, cell["number"], cell["type"]]
    to = slice(n, m)
    d, log_price = day[to], np.log(price[to])
    past = np.log(price[:n])
    columns = [np.full(m - n, v) for v in own]
    columns += [log_price, log_price - past[-1], log_price - past[-MEANS[0] :].mean()]
    columns += [log_price - past[-BASE:].mean(), log_price - past.mean()]
    columns += [promo[to], promo[to] - promo[:n][-BASE:].mean()]
    date = pd.to_datetime(d, unit="D")
    columns += [(d - origin) / PERIOD, np.asarray(date.dayofyear, float), np.asarray(date.month, float)]
    columns += list(to_holiday(d))
    year = around(cell, origin - 365 - 14 * PERIOD**0.5, 14 * PERIOD**0.5, n)
    same = np.array(
        [
            np.log((w.mean() + 0.1 * base) / (year.mean() + 0.1 * base))
            if len(w := around(cell, t - 365, max(5, PERIOD), n)) and len(year)
            else np.nan
            for t in d
        ]
    )
    columns.append(same)
    if GRAIN == "daily":
        columns.append(weekday(d).astype(float))
        last = weekday(day[:n])
        by_day = [y[last == w][-4:] for w in range(7)]
        columns.append(np.array([by_day[w].mean() / base if len(by_day[w]) else np.nan for w in weekday(d)]))
    columns += list(cell["known"][to].T)
    return np.column_stack(columns), np.full(m - n, base)


def learned_rows(origin, span):
    """Rows of all cells at training origins whose horizons end at or before an origin."""
    step = task["trainingStep"]
    x, y, b = [], [], []
    for k in range(task["trainingOrigins"]):
        at = origin - span - k * step
        for cell in cells.values():
            n, m = asked(cell, at, at + span)
            if n < max(8, MIN_ROWS // 2) or m == n or cell["y"][:n].sum() == 0:
                continue
            f, base = features(cell, n, m, at)
            x.append(f)
            y.append(cell["y"][n:m])
            b.append(base)
    x, y, b = np.vstack(x), np.concatenate(y), np.concatenate(b)
    if len(y) > 220_000:
        drawn = np.random.default_rng(0).choice(len(y), 220_000, replace=False)
        x, y, b = x[drawn], y[drawn], b[drawn]
    return x, y, b


def trees(origin, end):
    x, y, b = learned_rows(origin, end - origin)
    big = len(y) > 100_000
    shape = {
        "n_estimators": 300 if big else 250,
        "learning_rate": 0.05,
        "num_leaves": 63 if big else 15,
        "min_child_samples": 100 if big else 30,
        "colsample_bytree": 0.7,
        "subsample": 0.8,
        "subsample_freq": 1,
        "random_state": 1,
        "n_jobs": 1,
        "verbose": -1,
    }
    ratio = y / b
    if QUANTILES_ALONE:
        quantile_trees(origin, end, (x, y, b), shape)
        return
    models = {
        "LightGBM log": (
            lgb.LGBMRegressor(**shape).fit(x, np.log(np.maximum(ratio, 0.02)), sample_weight=b),
            lambda f: np.exp(f + 0.05),
        ),
        "LightGBM Poisson": (
            lgb.LGBMRegressor(**shape, objective="poisson").fit(x, ratio, sample_weight=b),
            lambda f: f,
        ),
        "LightGBM Tweedie": (
            lgb.LGBMRegressor(**shape, objective="tweedie", tweedie_variance_power=1.3).fit(
                x, ratio, sample_weight=np.sqrt(b)
            ),
            lambda f: f,
        ),
        "XGBoost Tweedie": (
            xgb.XGBRegressor(
                n_estimators=200,
                learning_rate=0.05,
                max_depth=7 if big else 4,
                min_child_weight=20,
                subsample=0.7,
                colsample_bytree=0.7,
                tree_method="hist",
                objective="reg:tweedie",
                tweedie_variance_power=1.3,
                nthread=1,
                random_state=1,
            ).fit(x, ratio, sample_weight=np.sqrt(b)),
            lambda f: f,
        ),
    }
    if task.get("pieces", False):
        # As entries of the M5 competition had it: pieces as they are, the level among the features.
        raw = lgb.LGBMRegressor(**shape, objective="poisson").fit(np.column_stack([x, b]), y)
    quantiles = [
        lgb.LGBMRegressor(**{**shape, "n_estimators": 200}, objective="quantile", alpha=a).fit(x, ratio, sample_weight=b)
        for a in (0.05, 0.95)
    ]
    for name in SCORED:
        cell = cells[name]
        n, m = asked(cell, origin, end)
        if n < MIN_ROWS or m == n or cell["y"][:n].sum() == 0:
            continue
        f, base = features(cell, n, m, origin)
        days = cell["day"][n:m]
        low, high = (q.predict(f) * base for q in quantiles)
        for method, (model, back) in models.items():
            bounds = (np.minimum(low, high), np.maximum(low, high)) if method == "LightGBM Poisson" else (None, None)
            keep(name, origin, days, method, back(model.predict(f)) * base, *bounds)
        if task.get("pieces", False):
            keep(name, origin, days, "LightGBM Poisson of pieces", raw.predict(np.column_stack([f, base])))


def quantile_trees(origin, end, learned, shape):
    x, y, b = learned
    pieces = task.get("pieces", False)
    if pieces:
        # Settings of the quantiles that were tried on M5 first.
        shape = {**shape, "n_estimators": 250, "num_leaves": 31}
        x, weight, target = np.column_stack([x, b]), None, y
    else:
        shape, weight, target = {**shape, "n_estimators": 200}, b, y / b
    fits = [
        lgb.LGBMRegressor(**shape, objective="quantile", alpha=a).fit(x, target, sample_weight=weight)
        for a in (0.05, 0.95)
    ]
    for name in SCORED:
        cell = cells[name]
        n, m = asked(cell, origin, end)
        if n < MIN_ROWS or m == n or cell["y"][:n].sum() == 0:
            continue
        f, base = features(cell, n, m, origin)
        given = np.column_stack([f, base]) if pieces else f
        low, high = (q.predict(given) * (1 if pieces else base) for q in fits)
        bounds = (np.minimum(low, high), np.maximum(low, high))
        keep(name, origin, cell["day"][n:m], "LightGBM quantiles", (low + high) / 2, *bounds)


# ---- methods that go along a grid ----------------------------------------------------------------------------------


def stamp(day):
    """Of a period, on a grid without gaps."""
    if GRAIN == "monthly":
        return pd.to_datetime(day, unit="D").to_period("M").to_timestamp()
    return pd.to_datetime(np.asarray(day), unit="D")


def grid(name, origin, end):
    """A cell's rows to an origin on a whole grid, gaps interpolated; and the periods up to the end. None: too few rows."""
    cell = cells[name]
    n, m = asked(cell, origin, end)
    if n < MIN_ROWS or m == n or cell["y"][:n].sum() == 0:
        return None
    step = {"daily": "D", "weekly": "7D", "monthly": "MS"}[GRAIN]
    frame = pd.DataFrame(
        {"ds": stamp(cell["day"][:m]), "y": cell["y"][:m], "price": cell["price"][:m], "promo": cell["promo"][:m]}
    ).drop_duplicates("ds")
    known, planned = frame.iloc[:n], frame.iloc[n:]
    whole = pd.date_range(known["ds"].iloc[0], known["ds"].iloc[-1], freq=step)
    past = known.set_index("ds").reindex(whole)
    past = past.interpolate(limit_direction="both").rename_axis("ds").reset_index()
    ahead = pd.date_range(past["ds"].iloc[-1], planned["ds"].iloc[-1], freq=step)[1:]
    return past.iloc[-RECENT:], planned, ahead, cell["day"][n:m]


def along_grids(origin, end):
    parts = {name: part for name in sorted(SCORED) if (part := grid(name, origin, end)) is not None}
    if not parts:
        return
    freq = {"daily": "D", "weekly": "7D", "monthly": "MS"}[GRAIN]
    season = SEASON if GRAIN != "weekly" else 1
    models = [
        AutoETS(season_length=season),
        DynamicOptimizedTheta(season_length=season),
        SimpleExponentialSmoothingOptimized(),
        TSB(0.1, 0.1),
        CrostonSBA(),
        ADIDA(),
        SeasonalNaive(season_length=SEASON),
    ]
    frame = pd.concat([p[0][["ds", "y"]].assign(unique_id=name) for name, p in parts.items()])
    periods = max(len(p[2]) for p in parts.values())
    intervals = StatsForecast([AutoETS(season_length=season), DynamicOptimizedTheta(season_length=season)], freq=freq)
    found = StatsForecast(models, freq=freq, n_jobs=1).forecast(df=frame, h=periods)
    bounded = intervals.forecast(df=frame, h=periods, level=[90])
    names = {
        "AutoETS": "AutoETS",
        "DynamicOptimizedTheta": "Theta",
        "SESOpt": "SES",
        "TSB": "TSB",
        "CrostonSBA": "Croston SBA",
        "ADIDA": "ADIDA",
        "SeasonalNaive": "seasonal naive",
    }
    found, bounded = found.set_index(["unique_id", "ds"]), bounded.set_index(["unique_id", "ds"])
    for name, (past, planned, ahead, days) in parts.items():
        own, own_bounds = found.loc[name], bounded.loc[name]
        # A row off the grid (a shifted week) is forecast as the nearest period.
        at = np.abs(own.index.to_numpy()[None, :] - planned["ds"].to_numpy()[:, None]).argmin(axis=1)
        for column, method in names.items():
            if column not in own:
                continue
            prediction = own[column].to_numpy()[at]
            if np.isnan(prediction).any():
                prediction = np.where(np.isnan(prediction), past["y"].iloc[-BASE:].mean(), prediction)
            low = high = None
            if f"{column}-lo-90" in own_bounds:
                low = np.nan_to_num(own_bounds[f"{column}-lo-90"].to_numpy()[at])
                high = np.nan_to_num(own_bounds[f"{column}-hi-90"].to_numpy()[at])
            keep(name, origin, days, method, prediction, low, high)
    recursive(origin, parts, freq, periods)


def recursive(origin, parts, freq, periods):
    """mlforecast: one LightGBM over all cells, one period after the other."""
    lags = {"daily": [1, 7, 14, 28], "weekly": [1, 2, 4, 8, 52], "monthly": [1, 2, 3, 12]}[GRAIN]
    shortest = min(len(p[0]) for p in parts.values())
    lags = [k for k in lags if k < shortest - 8]
    window = min({"daily": 28, "weekly": 8, "monthly": 6}[GRAIN], max(2, shortest // 3))
    frames, futures = [], []
    for name, (past, planned, ahead, _) in parts.items():
        future = planned.set_index("ds").reindex(pd.date_range(ahead[0], periods=periods, freq=freq), method="nearest")
        both = pd.concat([past, future.rename_axis("ds").reset_index().assign(y=np.nan)])
        middle = np.log(past["price"].median())
        cell = cells[name]
        both = both.assign(
            unique_id=name,
            log_price=np.log(both["price"]),
            price_step=np.log(both["price"]).diff().fillna(0.0),
            over_median=np.log(both["price"]) - middle,
            month=both["ds"].dt.month,
            week=both["ds"].dt.isocalendar().week.astype(int),
            weekday=both["ds"].dt.weekday,
            cell=cell["number"],
            type=cell["type"],
        )
        frames.append(both.iloc[: len(past)])
        futures.append(both.iloc[len(past) :])
    columns = ["log_price", "price_step", "over_median", "promo", "month", "week", "weekday", "cell", "type"]
    frame = pd.concat(frames)[["unique_id", "ds", "y", *columns]].assign(y=lambda f: np.log1p(f["y"]))
    future = pd.concat(futures)[["unique_id", "ds", *columns]]
    model = lgb.LGBMRegressor(
        n_estimators=400,
        learning_rate=0.04,
        num_leaves=31,
        min_child_samples=20,
        colsample_bytree=0.8,
        subsample=0.8,
        subsample_freq=1,
        random_state=1,
        n_jobs=1,
        verbose=-1,
    )
    forecaster = MLForecast(
        {"lgb": model},
        freq=freq,
        lags=lags,
        lag_transforms={1: [RollingMean(window), ExponentiallyWeightedMean(0.2)]},
        target_transforms=[LocalStandardScaler()],
        num_threads=1,
    )
    forecaster.fit(frame, static_features=["cell", "type"], fitted=True)
    fitted = forecaster.forecast_fitted_values()
    # The mean of demand, not of its log.
    factor = np.clip(np.expm1(fitted["y"]).mean() / np.expm1(fitted["lgb"]).clip(lower=0).mean(), 0.8, 1.5)
    found = forecaster.predict(periods, X_df=future.drop(columns=["cell", "type"])).set_index("unique_id")
    for name, (_, planned, ahead, days) in parts.items():
        own = found.loc[[name]]
        at = np.abs(own["ds"].to_numpy()[None, :] - planned["ds"].to_numpy()[:, None]).argmin(axis=1)
        keep(name, origin, days, "mlforecast LightGBM", factor * np.expm1(own["lgb"].to_numpy()[at]))


for origin, end in ORIGINS:
    trees(origin, end)
    if not QUANTILES_ALONE:
        along_grids(origin, end)
pd.DataFrame(out, columns=["cell", "origin", "day", "method", "prediction", "low", "high"]).to_csv(
    folder / "forecasts.csv", index=False
)
