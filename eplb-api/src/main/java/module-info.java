/** The policy SPI of EPLB for Java, its value types and the placement rules. */
module io.eplb.api {
  requires static transitive org.jspecify;

  exports io.eplb.api;
  exports io.eplb.api.contract;
}
