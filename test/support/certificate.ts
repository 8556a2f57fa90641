/**
 * A certificate of `localhost` that signs itself, for tests of HTTPS and for nothing else:
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 36500
 * -subj /CN=localhost`
 */

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUMr650Pspl0yH7poqw533mykn194wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTE5MTY1OFoYDzIxMjYxMTAx
MTkxNjU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARoHg6p81eB3Qj+IPsGBI47gUrRpksjNULAWD86dSN5/zbUU6ZLxR0y
5EUtQQoSsG+nMycGNgYmnVaImg0UEfYro28wbTAdBgNVHQ4EFgQULl0N6Rng5Eox
+K5KdoMlbY8X5W4wHwYDVR0jBBgwFoAULl0N6Rng5Eox+K5KdoMlbY8X5W4wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgRaNbKsVJIxXcMjhYfapIrYR97rNbfRO5jPv4ZCmmifgCICRi
VJe8nMR/2DfRRwEkMbuDpr4qt9mUTdrM3jUluf5G
-----END CERTIFICATE-----
`;
export const CERTIFICATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdtzkEbRP33Km2dnp
MVF9PJTqPWjU0KKZPpcNDzMRRxahRANCAARoHg6p81eB3Qj+IPsGBI47gUrRpksj
NULAWD86dSN5/zbUU6ZLxR0y5EUtQQoSsG+nMycGNgYmnVaImg0UEfYr
-----END PRIVATE KEY-----
`;
