/** Tests of the policy: its own, the contract kit's, and that the core finds it. */
package com.example.eplb;
