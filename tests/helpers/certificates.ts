/**
 * Certificates for tests, and for nothing else: their keys are public.
 *
 * Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes
 * -days 36500`; they expire in 2126.
 *
 * @module
 */

/** A certificate and its key, in PEM. */
export interface TestPair {
  readonly certificate: string;
  readonly key: string;
}

/** A pair. */
export const PAIR: TestPair = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBmjCCAT+gAwIBAgIUFiWw4cIuVhBkuYrP58rWz8ditYgwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWa3Jha2VuZC13YXRjaCB0ZXN0IG9uZTAgFw0yNjExMjQwOTUx
MjhaGA8yMTI2MTAzMTA5NTEyOFowITEfMB0GA1UEAwwWa3Jha2VuZC13YXRjaCB0
ZXN0IG9uZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsupSx4lIEp1XGYYRzF
PBzMpqtZ/916o7MheBmAImxkFzML7swmqTMJO4mQsu3p2KTH4pf6U3j//oPYtUrv
bPSjUzBRMB0GA1UdDgQWBBTfXbPaUVCl4KAr4ILbm1D9awP16zAfBgNVHSMEGDAW
gBTfXbPaUVCl4KAr4ILbm1D9awP16zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
BAMCA0kAMEYCIQD4aqRzPFyc1DdjmozDvnwoyyqQaYRkZGyQzbENCois1AIhAPPc
4s1m38wBYqjW2qlMObTt0BUSej1iWzjIM9sV+0wD
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1AgaYxkqfZcu8arS
g6vHR7322Q+9ZnzP1mWxIWPV57GhRANCAARrLqUseJSBKdVxmGEcxTwczKarWf/d
eqOzIXgZgCJsZBczC+7MJqkzCTuJkLLt6dikx+KX+lN4//6D2LVK72z0
-----END PRIVATE KEY-----
`,
};

/** A pair that has nothing to do with the first one. */
export const OTHER_PAIR: TestPair = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUOgAwIBAgIUJ5yo5P04OhA+wv9+lS5siyY99DMwCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYa3Jha2VuZC13YXRjaCB0ZXN0IG90aGVyMCAXDTI2MTEyNDA5
NTEyOFoYDzIxMjYxMDMxMDk1MTI4WjAjMSEwHwYDVQQDDBhrcmFrZW5kLXdhdGNo
IHRlc3Qgb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARbsMzQQhpxdPfr
tUEeiv+d5SH4ciiAL/ezv5oS72iHJQX2DgucNDzkcHZ0M216oB5Yga4/SKdzyIFN
ic0WP9Clo1MwUTAdBgNVHQ4EFgQUp2bZ+ZCThNz5DmWG9Ur8xJ0y/lAwHwYDVR0j
BBgwFoAUp2bZ+ZCThNz5DmWG9Ur8xJ0y/lAwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiAC0Sc5EirSHzS4UIGwXYOrtR8KWxXbrbm1HPNW7abDQQIg
U8fLdxmrkCz3tQf04WgXcDATQpBBjLJFiZ1bO9JzA0A=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsifSe6bxvFZX1la0
QCgBspV3yyjGH2izSjiSaLktz9ChRANCAARbsMzQQhpxdPfrtUEeiv+d5SH4ciiA
L/ezv5oS72iHJQX2DgucNDzkcHZ0M216oB5Yga4/SKdzyIFNic0WP9Cl
-----END PRIVATE KEY-----
`,
};

/** A pair that clients can verify: for 127.0.0.1, and its own issuer. Made with Go's crypto/x509; it is valid from 2020 to 2120. */
export const SERVER_PAIR: TestPair = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBZTCCAQugAwIBAgIBATAKBggqhkjOPQQDAjAkMSIwIAYDVQQDExlrcmFrZW5k
LXdhdGNoIHRlc3Qgc2VydmVyMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAkMSIwIAYDVQQDExlrcmFrZW5kLXdhdGNoIHRlc3Qgc2VydmVyMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE/43YfjxPt6Sm8gD78SHIs3PipbAXGLHYDk3E
aRhbMWpIcAl5TOnPBIBppZl8gX0UbrnEo1nO+BFrHcQjUeZU3aMsMCowDAYDVR0T
AQH/BAIwADAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwID
SAAwRQIhAMVosqfVMH6zxZ3CuvwHroLMxk3RMunHmp6DLkWaEQpNAiAUl96d11LQ
2paD1G/LjivoNhYB6ek+X1CjYC8ZnTB8zw==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+nmalIikTgR7qmNi
FLJk4O2lpjun0N4ErttBAvGuHSShRANCAAT/jdh+PE+3pKbyAPvxIcizc+KlsBcY
sdgOTcRpGFsxakhwCXlM6c8EgGmlmXyBfRRuucSjWc74EWsdxCNR5lTd
-----END PRIVATE KEY-----
`,
};
