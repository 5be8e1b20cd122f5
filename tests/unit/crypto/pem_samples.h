// Certificates and keys made for these tests only (P-256, self-signed).
#pragma once

#include <string_view>

namespace sallyport::crypto {

inline constexpr std::string_view kFirstCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhzCCAS2gAwIBAgIUQ1xd+oLQ7xFdTFWHV++0JV0dntQwCgYIKoZIzj0EAwIw\n"
    "GDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTAgFw0yNjExMjMyMDUyNTZaGA8yMTI2\n"
    "MTAzMDIwNTI1NlowGDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABDvzOBDxDo8RHX738VIVWYDeEGDWpTMobgnuz0wY9gG6\n"
    "MAIPbx7UNPcYcl54do51szY8+xOQj0OZ/5c5ThsLD1GjUzBRMB0GA1UdDgQWBBSf\n"
    "P6zQ/XPoMdvZw07WNizp1QIv6jAfBgNVHSMEGDAWgBSfP6zQ/XPoMdvZw07WNizp\n"
    "1QIv6jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCZcYX0XLwO\n"
    "X3TinjLGLuK/0XWDRZfks4dN1UrNh1+lTgIgdeYTsYVqxazHxDZIhVCpocWUAzRj\n"
    "CLwNbRVohRM2GDA=\n"
    "-----END CERTIFICATE-----\n";

inline constexpr std::string_view kFirstKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSusvjrFevDna0YQB\n"
    "JFy9AUHJdmjCMj5x2BxEbqlRcHChRANCAAQ78zgQ8Q6PER1+9/FSFVmA3hBg1qUz\n"
    "KG4J7s9MGPYBujACD28e1DT3GHJeeHaOdbM2PPsTkI9Dmf+XOU4bCw9R\n"
    "-----END PRIVATE KEY-----\n";

inline constexpr std::string_view kFirstKeySec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIErrL46xXrw52tGEASRcvQFByXZowjI+cdgcRG6pUXBwoAoGCCqGSM49\n"
    "AwEHoUQDQgAEO/M4EPEOjxEdfvfxUhVZgN4QYNalMyhuCe7PTBj2AbowAg9vHtQ0\n"
    "9xhyXnh2jnWzNjz7E5CPQ5n/lzlOGwsPUQ==\n"
    "-----END EC PRIVATE KEY-----\n";

inline constexpr std::string_view kFirstKeyEncrypted =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgR+/H8pVzlaAICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJBewg0oeybBa2jhCfV6mPEEgZA6\n"
    "an8H5KEe1iXTCURQXaqUvrIiweO6xPXO8Y+46GcshKF9AWl1s7bCtfebhyelYkfk\n"
    "xqqF2cpqoMwQhfPQf9AEU9fyOZydZ4ebN0KRFgfzQHiKYgDD+BQd+i3ho966O546\n"
    "xPUBFsXKAZr2Z4EGdhEM7JcBfFmmj7xZg8SgL/otngyENd8EmJ1KOnHRMzl66Ho=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

inline constexpr std::string_view kFirstKeyEncryptedOldStyle =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\n"
    "DEK-Info: AES-128-CBC,70024671B9C9659A1D58ED7178886533\n"
    "\n"
    "h3SDyvT4tzyAjSzjK0Hlq0w6CagHpqq0pawMRZ4i1p0krlBe3zkGNTdpqeshSOnr\n"
    "e2b0Vqx++akDxFwdpdQGE70PbsbcyJ7kLL0cmylf8eHpeBu2dyKJzaK7Uqe6FyCW\n"
    "7yyY/rmwd331Jb2Z67wQs0kGk1veqit+PYk4Rzg6i+I=\n"
    "-----END EC PRIVATE KEY-----\n";

inline constexpr std::string_view kSecondCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBiTCCAS+gAwIBAgIURDFWhzKZ5/lyjMm21D36OTA9W6cwCgYIKoZIzj0EAwIw\n"
    "GTEXMBUGA1UEAwwOc2Vjb25kLmV4YW1wbGUwIBcNMjYxMTIzMjA1MjU2WhgPMjEy\n"
    "NjEwMzAyMDUyNTZaMBkxFzAVBgNVBAMMDnNlY29uZC5leGFtcGxlMFkwEwYHKoZI\n"
    "zj0CAQYIKoZIzj0DAQcDQgAEUn6lLgD87pOZ7VZ4jNqTG2w3/Jpfz+99rHqxmImR\n"
    "CjecZgGdg8UkT1goX/DiwShS5YqEMaoygdaY/3lsg/HlGqNTMFEwHQYDVR0OBBYE\n"
    "FH4ntQZfEcpiT49Kwj/w97zoMF/2MB8GA1UdIwQYMBaAFH4ntQZfEcpiT49Kwj/w\n"
    "97zoMF/2MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgPtBn+v8s\n"
    "MgxvVstGIqwFBEYsWmDbl3TBz0alFzTa/yUCIQCXMbKk4nrLkb8NxQ8XDb6RJ/yT\n"
    "BEwslGxmLIqwBiuEEw==\n"
    "-----END CERTIFICATE-----\n";

inline constexpr std::string_view kSecondKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmsL1wSkrTtzss6Gp\n"
    "yrFXvx7StFMoDrt2TCgzgRHIjiWhRANCAARSfqUuAPzuk5ntVniM2pMbbDf8ml/P\n"
    "732serGYiZEKN5xmAZ2DxSRPWChf8OLBKFLlioQxqjKB1pj/eWyD8eUa\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace sallyport::crypto
