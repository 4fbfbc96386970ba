import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { licenceOf, licenceTexts } from "./licence-text.ts";

describe("licenceTexts", () => {
  it("takes licences and notices, and neither programs nor other documents", () => {
    const directory = mkdtempSync(join(tmpdir(), "licence-text-"));
    const names = [
      "LICENSE",
      "LICENCE-MIT.txt",
      "NOTICE",
      "README.md",
      "license.js",
      "licenses.md",
    ];
    for (const name of names) writeFileSync(join(directory, name), `${name}\r\n`);
    expect(licenceTexts(directory)).toEqual(["LICENCE-MIT.txt", "LICENSE", "NOTICE"]);
    rmSync(directory, { recursive: true });
  });
});

describe("licenceOf", () => {
  const bsd = "Redistribution and use in source and binary forms are permitted provided that";

  it.each([
    [["Apache License\n   Version 2.0, January 2004"], "Apache-2.0"],
    [["Permission is hereby granted, free of charge, to any person"], "MIT"],
    [["Permission to use, copy, modify, and/or distribute this software"], "ISC"],
    [["Mozilla Public License Version 2.0"], "MPL-2.0"],
    [[`${bsd} the following\n Neither the name of the copyright holder`], "BSD-3-Clause"],
    [[bsd], "BSD-2-Clause"],
    [["Permission is hereby granted, free of charge", bsd], "BSD-2-Clause AND MIT"],
    [["All rights reserved."], undefined],
  ])("recognises %j", (texts, expected) => {
    expect(licenceOf(texts)).toBe(expected);
  });
});
