# Makes glm_r.json from the data of glm.json: coefficients and standard errors of R's glm and MASS::glm.nb for test/core/regression/glm.test.ts.
#
# Rscript glm_r.R  (base R and MASS; versions are written into the file)
library(MASS)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
text <- paste(readLines(file.path(here, "glm.json"), warn = FALSE), collapse = "")

# The one array of numbers that follows a name; base R reads no JSON.
numbers <- function(name, from = text) {
  body <- sub(sprintf('.*?"%s": \\[([^]]*)\\].*', name), "\\1", from, perl = TRUE)
  as.numeric(strsplit(body, ",")[[1]])
}
X <- matrix(numbers("design"), ncol = 4, byrow = TRUE)
offset <- numbers("offset")
weight <- numbers("weight")
ys <- lapply(regmatches(text, gregexpr('"y": \\[[^]]*\\]', text))[[1]], function(t) numbers("y", t))
control <- glm.control(epsilon = 1e-15, maxit = 200)
print17 <- function(v) paste(formatC(v, digits = 17, format = "g"), collapse = ", ")

poisson_fit <- suppressWarnings(glm(ys[[1]] ~ X - 1, family = poisson(), control = control))
weighted_fit <- suppressWarnings(glm(ys[[2]] ~ X - 1, family = poisson(), offset = offset, weights = weight, control = control))
gamma_fit <- glm(ys[[3]] ~ X - 1, family = Gamma(link = "log"), control = control)

set.seed(20240501)
counts <- rnbinom(nrow(X), size = 2.5, mu = exp(X %*% c(1.2, -1.5, 0.4, 0.2)))
nb_fit <- glm.nb(counts ~ X - 1, control = glm.control(epsilon = 1e-15, maxit = 400))
se <- function(fit, dispersion) sqrt(diag(summary(fit, dispersion = dispersion)$cov.scaled))

out <- sprintf('{
  "madeBy": "R %s.%s, MASS %s",
  "poisson": { "coefficients": [%s], "standardErrors": [%s] },
  "weighted": { "coefficients": [%s], "standardErrors": [%s] },
  "gamma": { "coefficients": [%s], "standardErrors": [%s], "dispersion": %s },
  "negativeBinomial": { "counts": [%s], "size": %s, "coefficients": [%s], "standardErrors": [%s] },
  "tail": { "n": [1, 3, 10, 40], "mean": 6.5, "size": 1.7, "logTail": [%s] }
}',
  R.version$major, R.version$minor, packageVersion("MASS"),
  print17(coef(poisson_fit)), print17(se(poisson_fit, 1)),
  print17(coef(weighted_fit)), print17(se(weighted_fit, 1)),
  print17(coef(gamma_fit)), print17(sqrt(diag(summary(gamma_fit)$cov.scaled))), print17(summary(gamma_fit)$dispersion),
  paste(counts, collapse = ", "), print17(nb_fit$theta), print17(coef(nb_fit)), print17(se(nb_fit, 1)),
  print17(pnbinom(c(1, 3, 10, 40) - 1, size = 1.7, mu = 6.5, lower.tail = FALSE, log.p = TRUE)))
writeLines(out, file.path(here, "glm_r.json"))
