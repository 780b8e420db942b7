/** The policies that ship with EPLB for Java. */
module io.eplb.policies {
  requires static org.jspecify;
  requires io.eplb.api;
}
