/** The policy SPI of EPLB for Java, its value types and the placement rules. */
@SuppressWarnings("module") // The modules to which the wording is exported are built later.
module io.eplb.api {
  requires static transitive org.jspecify;

  exports io.eplb.api;
  exports io.eplb.api.contract;
  exports io.eplb.api.dispatch;
  exports io.eplb.api.wording to
      io.eplb.core,
      io.eplb.cli,
      io.eplb.server,
      io.eplb.zookeeper;
}
