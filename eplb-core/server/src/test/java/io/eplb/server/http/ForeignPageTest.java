package io.eplb.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignPageTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7460, , , false",
    "anything, , , false",
    "127.0.0.1:7460, , same-origin, false",
    "localhost:7460, http://localhost:7460, same-origin, false",
    "[::1]:7460, http://[::1]:7460, same-origin, false",
    "127.0.0.1:7460, http://evil.example, cross-site, true",
    "127.0.0.1:7460, null, cross-site, true",
    "127.0.0.1:7460, http://127.0.0.1:80, same-site, true",
    "evil.example:7460, http://evil.example:7460, same-origin, true",
    "evil.example:7460, , same-origin, true",
    "a:b:c, , same-origin, true",
  })
  void aPageOfAnotherSiteIsRecognised(String host, String origin, String site, boolean foreign) {
    HttpFields.Mutable headers = HttpFields.build().put(HttpHeader.HOST, host);
    if (origin != null) {
      headers.put(HttpHeader.ORIGIN, origin);
    }
    if (site != null) {
      headers.put("Sec-Fetch-Site", site);
    }
    assertEquals(foreign, ForeignPage.sends(headers));
  }
}
