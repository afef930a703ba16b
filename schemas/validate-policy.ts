// @ts-nocheck
/** Generated from policy.schema.json by `npm run schemas`; do not edit. */
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export const validatePolicy = validate10;
const schema11 = {"type":"object","additionalProperties":false,"required":["apiVersion","kind","spec"],"properties":{"apiVersion":{"type":"string","enum":["bottled.dev/v1alpha1"]},"kind":{"type":"string","enum":["BottlePolicy"]},"metadata":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}}},"spec":{"type":"object","additionalProperties":false,"properties":{"level":{"type":"string","enum":["privileged","baseline","restricted"]},"paths":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":1024,"pattern":"^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"}},"secrets":{"type":"object","additionalProperties":false,"properties":{"env":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":128,"pattern":"^[A-Za-z0-9_*?]+$"}},"files":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":1024,"pattern":"^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"}}}},"images":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^[^\\x00-\\x20\\x7f/]+(/[^\\x00-\\x20\\x7f/]+)*$"}},"runtimes":{"type":"array","maxItems":3,"uniqueItems":true,"items":{"type":"string","enum":["microvm","container","gvisor"]}},"egress":{"type":"object","additionalProperties":false,"properties":{"allow":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":255,"pattern":"^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"}},"deny":{"type":"array","maxItems":256,"uniqueItems":true,"items":{"type":"string","maxLength":255,"pattern":"^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"}}}},"subnets":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":18,"pattern":"^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}/([89]|1[0-9]|2[0-4])$"}},"limits":{"type":"object","additionalProperties":false,"properties":{"bottles":{"type":"integer","minimum":0,"maximum":1000000},"cpus":{"type":"integer","minimum":1,"maximum":255},"memory":{"type":"integer","minimum":64,"maximum":16777216},"storage":{"type":"integer","minimum":1,"maximum":65536},"bundleMemory":{"type":"integer","minimum":6,"maximum":16777216}}}}}},"$id":"policy"};
const func2 = require("ajv/dist/runtime/ucs2length").default;
const pattern0 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
const pattern1 = new RegExp("^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$", "u");
const pattern2 = new RegExp("^[A-Za-z0-9_*?]+$", "u");
const pattern4 = new RegExp("^[^\\x00-\\x20\\x7f/]+(/[^\\x00-\\x20\\x7f/]+)*$", "u");
const pattern5 = new RegExp("^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$", "u");
const pattern7 = new RegExp("^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}/([89]|1[0-9]|2[0-4])$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="policy" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.spec === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(typeof data0 !== "string"){
const err4 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!(data0 === "bottled.dev/v1alpha1")){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/enum",keyword:"enum",params:{allowedValues: schema11.properties.apiVersion.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 !== "string"){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!(data1 === "BottlePolicy")){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema11.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
if(!(key1 === "name")){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(func2(data3) > 63){
const err9 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(func2(data3) < 1){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!pattern0.test(data3)){
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.spec !== undefined){
let data4 = data.spec;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key2 in data4){
if(!((((((((key2 === "level") || (key2 === "paths")) || (key2 === "secrets")) || (key2 === "images")) || (key2 === "runtimes")) || (key2 === "egress")) || (key2 === "subnets")) || (key2 === "limits"))){
const err14 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data4.level !== undefined){
let data5 = data4.level;
if(typeof data5 !== "string"){
const err15 = {instancePath:instancePath+"/spec/level",schemaPath:"#/properties/spec/properties/level/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(!(((data5 === "privileged") || (data5 === "baseline")) || (data5 === "restricted"))){
const err16 = {instancePath:instancePath+"/spec/level",schemaPath:"#/properties/spec/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.level.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data4.paths !== undefined){
let data6 = data4.paths;
if(Array.isArray(data6)){
if(data6.length > 256){
const err17 = {instancePath:instancePath+"/spec/paths",schemaPath:"#/properties/spec/properties/paths/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(func2(data7) > 1024){
const err18 = {instancePath:instancePath+"/spec/paths/" + i0,schemaPath:"#/properties/spec/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(!pattern1.test(data7)){
const err19 = {instancePath:instancePath+"/spec/paths/" + i0,schemaPath:"#/properties/spec/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"},message:"must match pattern \""+"^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"+"\""};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/spec/paths/" + i0,schemaPath:"#/properties/spec/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
let i1 = data6.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data6[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err21 = {instancePath:instancePath+"/spec/paths",schemaPath:"#/properties/spec/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err22 = {instancePath:instancePath+"/spec/paths",schemaPath:"#/properties/spec/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data4.secrets !== undefined){
let data8 = data4.secrets;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key3 in data8){
if(!((key3 === "env") || (key3 === "files"))){
const err23 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data8.env !== undefined){
let data9 = data8.env;
if(Array.isArray(data9)){
if(data9.length > 256){
const err24 = {instancePath:instancePath+"/spec/secrets/env",schemaPath:"#/properties/spec/properties/secrets/properties/env/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
const len1 = data9.length;
for(let i2=0; i2<len1; i2++){
let data10 = data9[i2];
if(typeof data10 === "string"){
if(func2(data10) > 128){
const err25 = {instancePath:instancePath+"/spec/secrets/env/" + i2,schemaPath:"#/properties/spec/properties/secrets/properties/env/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(!pattern2.test(data10)){
const err26 = {instancePath:instancePath+"/spec/secrets/env/" + i2,schemaPath:"#/properties/spec/properties/secrets/properties/env/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_*?]+$"},message:"must match pattern \""+"^[A-Za-z0-9_*?]+$"+"\""};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/spec/secrets/env/" + i2,schemaPath:"#/properties/spec/properties/secrets/properties/env/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
let i3 = data9.length;
let j1;
if(i3 > 1){
const indices1 = {};
for(;i3--;){
let item1 = data9[i3];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err28 = {instancePath:instancePath+"/spec/secrets/env",schemaPath:"#/properties/spec/properties/secrets/properties/env/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i3+" are identical)"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
break;
}
indices1[item1] = i3;
}
}
}
else {
const err29 = {instancePath:instancePath+"/spec/secrets/env",schemaPath:"#/properties/spec/properties/secrets/properties/env/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data8.files !== undefined){
let data11 = data8.files;
if(Array.isArray(data11)){
if(data11.length > 256){
const err30 = {instancePath:instancePath+"/spec/secrets/files",schemaPath:"#/properties/spec/properties/secrets/properties/files/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
const len2 = data11.length;
for(let i4=0; i4<len2; i4++){
let data12 = data11[i4];
if(typeof data12 === "string"){
if(func2(data12) > 1024){
const err31 = {instancePath:instancePath+"/spec/secrets/files/" + i4,schemaPath:"#/properties/spec/properties/secrets/properties/files/items/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(!pattern1.test(data12)){
const err32 = {instancePath:instancePath+"/spec/secrets/files/" + i4,schemaPath:"#/properties/spec/properties/secrets/properties/files/items/pattern",keyword:"pattern",params:{pattern: "^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"},message:"must match pattern \""+"^(?!.*/\\.\\.?(/|$))(/|~|~?(/[^/\\x00-\\x1f\\x7f]+)+)$"+"\""};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/spec/secrets/files/" + i4,schemaPath:"#/properties/spec/properties/secrets/properties/files/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
let i5 = data11.length;
let j2;
if(i5 > 1){
const indices2 = {};
for(;i5--;){
let item2 = data11[i5];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err34 = {instancePath:instancePath+"/spec/secrets/files",schemaPath:"#/properties/spec/properties/secrets/properties/files/uniqueItems",keyword:"uniqueItems",params:{i: i5, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i5+" are identical)"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
break;
}
indices2[item2] = i5;
}
}
}
else {
const err35 = {instancePath:instancePath+"/spec/secrets/files",schemaPath:"#/properties/spec/properties/secrets/properties/files/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data4.images !== undefined){
let data13 = data4.images;
if(Array.isArray(data13)){
if(data13.length > 256){
const err37 = {instancePath:instancePath+"/spec/images",schemaPath:"#/properties/spec/properties/images/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
const len3 = data13.length;
for(let i6=0; i6<len3; i6++){
let data14 = data13[i6];
if(typeof data14 === "string"){
if(func2(data14) > 512){
const err38 = {instancePath:instancePath+"/spec/images/" + i6,schemaPath:"#/properties/spec/properties/images/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(!pattern4.test(data14)){
const err39 = {instancePath:instancePath+"/spec/images/" + i6,schemaPath:"#/properties/spec/properties/images/items/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f/]+(/[^\\x00-\\x20\\x7f/]+)*$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f/]+(/[^\\x00-\\x20\\x7f/]+)*$"+"\""};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/spec/images/" + i6,schemaPath:"#/properties/spec/properties/images/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
let i7 = data13.length;
let j3;
if(i7 > 1){
const indices3 = {};
for(;i7--;){
let item3 = data13[i7];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err41 = {instancePath:instancePath+"/spec/images",schemaPath:"#/properties/spec/properties/images/uniqueItems",keyword:"uniqueItems",params:{i: i7, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i7+" are identical)"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
break;
}
indices3[item3] = i7;
}
}
}
else {
const err42 = {instancePath:instancePath+"/spec/images",schemaPath:"#/properties/spec/properties/images/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data4.runtimes !== undefined){
let data15 = data4.runtimes;
if(Array.isArray(data15)){
if(data15.length > 3){
const err43 = {instancePath:instancePath+"/spec/runtimes",schemaPath:"#/properties/spec/properties/runtimes/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
const len4 = data15.length;
for(let i8=0; i8<len4; i8++){
let data16 = data15[i8];
if(typeof data16 !== "string"){
const err44 = {instancePath:instancePath+"/spec/runtimes/" + i8,schemaPath:"#/properties/spec/properties/runtimes/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(!(((data16 === "microvm") || (data16 === "container")) || (data16 === "gvisor"))){
const err45 = {instancePath:instancePath+"/spec/runtimes/" + i8,schemaPath:"#/properties/spec/properties/runtimes/items/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.runtimes.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
let i9 = data15.length;
let j4;
if(i9 > 1){
const indices4 = {};
for(;i9--;){
let item4 = data15[i9];
if(typeof item4 !== "string"){
continue;
}
if(typeof indices4[item4] == "number"){
j4 = indices4[item4];
const err46 = {instancePath:instancePath+"/spec/runtimes",schemaPath:"#/properties/spec/properties/runtimes/uniqueItems",keyword:"uniqueItems",params:{i: i9, j: j4},message:"must NOT have duplicate items (items ## "+j4+" and "+i9+" are identical)"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
break;
}
indices4[item4] = i9;
}
}
}
else {
const err47 = {instancePath:instancePath+"/spec/runtimes",schemaPath:"#/properties/spec/properties/runtimes/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data4.egress !== undefined){
let data17 = data4.egress;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key4 in data17){
if(!((key4 === "allow") || (key4 === "deny"))){
const err48 = {instancePath:instancePath+"/spec/egress",schemaPath:"#/properties/spec/properties/egress/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data17.allow !== undefined){
let data18 = data17.allow;
if(Array.isArray(data18)){
if(data18.length > 256){
const err49 = {instancePath:instancePath+"/spec/egress/allow",schemaPath:"#/properties/spec/properties/egress/properties/allow/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
const len5 = data18.length;
for(let i10=0; i10<len5; i10++){
let data19 = data18[i10];
if(typeof data19 === "string"){
if(func2(data19) > 255){
const err50 = {instancePath:instancePath+"/spec/egress/allow/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(!pattern5.test(data19)){
const err51 = {instancePath:instancePath+"/spec/egress/allow/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/pattern",keyword:"pattern",params:{pattern: "^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"},message:"must match pattern \""+"^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/spec/egress/allow/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
let i11 = data18.length;
let j5;
if(i11 > 1){
const indices5 = {};
for(;i11--;){
let item5 = data18[i11];
if(typeof item5 !== "string"){
continue;
}
if(typeof indices5[item5] == "number"){
j5 = indices5[item5];
const err53 = {instancePath:instancePath+"/spec/egress/allow",schemaPath:"#/properties/spec/properties/egress/properties/allow/uniqueItems",keyword:"uniqueItems",params:{i: i11, j: j5},message:"must NOT have duplicate items (items ## "+j5+" and "+i11+" are identical)"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
break;
}
indices5[item5] = i11;
}
}
}
else {
const err54 = {instancePath:instancePath+"/spec/egress/allow",schemaPath:"#/properties/spec/properties/egress/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data17.deny !== undefined){
let data20 = data17.deny;
if(Array.isArray(data20)){
if(data20.length > 256){
const err55 = {instancePath:instancePath+"/spec/egress/deny",schemaPath:"#/properties/spec/properties/egress/properties/deny/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
const len6 = data20.length;
for(let i12=0; i12<len6; i12++){
let data21 = data20[i12];
if(typeof data21 === "string"){
if(func2(data21) > 255){
const err56 = {instancePath:instancePath+"/spec/egress/deny/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(!pattern5.test(data21)){
const err57 = {instancePath:instancePath+"/spec/egress/deny/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/pattern",keyword:"pattern",params:{pattern: "^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"},message:"must match pattern \""+"^(\\*\\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/spec/egress/deny/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
let i13 = data20.length;
let j6;
if(i13 > 1){
const indices6 = {};
for(;i13--;){
let item6 = data20[i13];
if(typeof item6 !== "string"){
continue;
}
if(typeof indices6[item6] == "number"){
j6 = indices6[item6];
const err59 = {instancePath:instancePath+"/spec/egress/deny",schemaPath:"#/properties/spec/properties/egress/properties/deny/uniqueItems",keyword:"uniqueItems",params:{i: i13, j: j6},message:"must NOT have duplicate items (items ## "+j6+" and "+i13+" are identical)"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
break;
}
indices6[item6] = i13;
}
}
}
else {
const err60 = {instancePath:instancePath+"/spec/egress/deny",schemaPath:"#/properties/spec/properties/egress/properties/deny/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
else {
const err61 = {instancePath:instancePath+"/spec/egress",schemaPath:"#/properties/spec/properties/egress/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data4.subnets !== undefined){
let data22 = data4.subnets;
if(Array.isArray(data22)){
if(data22.length > 64){
const err62 = {instancePath:instancePath+"/spec/subnets",schemaPath:"#/properties/spec/properties/subnets/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
const len7 = data22.length;
for(let i14=0; i14<len7; i14++){
let data23 = data22[i14];
if(typeof data23 === "string"){
if(func2(data23) > 18){
const err63 = {instancePath:instancePath+"/spec/subnets/" + i14,schemaPath:"#/properties/spec/properties/subnets/items/maxLength",keyword:"maxLength",params:{limit: 18},message:"must NOT have more than 18 characters"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(!pattern7.test(data23)){
const err64 = {instancePath:instancePath+"/spec/subnets/" + i14,schemaPath:"#/properties/spec/properties/subnets/items/pattern",keyword:"pattern",params:{pattern: "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}/([89]|1[0-9]|2[0-4])$"},message:"must match pattern \""+"^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}/([89]|1[0-9]|2[0-4])$"+"\""};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/spec/subnets/" + i14,schemaPath:"#/properties/spec/properties/subnets/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
let i15 = data22.length;
let j7;
if(i15 > 1){
const indices7 = {};
for(;i15--;){
let item7 = data22[i15];
if(typeof item7 !== "string"){
continue;
}
if(typeof indices7[item7] == "number"){
j7 = indices7[item7];
const err66 = {instancePath:instancePath+"/spec/subnets",schemaPath:"#/properties/spec/properties/subnets/uniqueItems",keyword:"uniqueItems",params:{i: i15, j: j7},message:"must NOT have duplicate items (items ## "+j7+" and "+i15+" are identical)"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
break;
}
indices7[item7] = i15;
}
}
}
else {
const err67 = {instancePath:instancePath+"/spec/subnets",schemaPath:"#/properties/spec/properties/subnets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data4.limits !== undefined){
let data24 = data4.limits;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key5 in data24){
if(!(((((key5 === "bottles") || (key5 === "cpus")) || (key5 === "memory")) || (key5 === "storage")) || (key5 === "bundleMemory"))){
const err68 = {instancePath:instancePath+"/spec/limits",schemaPath:"#/properties/spec/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data24.bottles !== undefined){
let data25 = data24.bottles;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err69 = {instancePath:instancePath+"/spec/limits/bottles",schemaPath:"#/properties/spec/properties/limits/properties/bottles/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 1000000 || isNaN(data25)){
const err70 = {instancePath:instancePath+"/spec/limits/bottles",schemaPath:"#/properties/spec/properties/limits/properties/bottles/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(data25 < 0 || isNaN(data25)){
const err71 = {instancePath:instancePath+"/spec/limits/bottles",schemaPath:"#/properties/spec/properties/limits/properties/bottles/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
}
if(data24.cpus !== undefined){
let data26 = data24.cpus;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err72 = {instancePath:instancePath+"/spec/limits/cpus",schemaPath:"#/properties/spec/properties/limits/properties/cpus/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 > 255 || isNaN(data26)){
const err73 = {instancePath:instancePath+"/spec/limits/cpus",schemaPath:"#/properties/spec/properties/limits/properties/cpus/maximum",keyword:"maximum",params:{comparison: "<=", limit: 255},message:"must be <= 255"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(data26 < 1 || isNaN(data26)){
const err74 = {instancePath:instancePath+"/spec/limits/cpus",schemaPath:"#/properties/spec/properties/limits/properties/cpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
if(data24.memory !== undefined){
let data27 = data24.memory;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err75 = {instancePath:instancePath+"/spec/limits/memory",schemaPath:"#/properties/spec/properties/limits/properties/memory/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 16777216 || isNaN(data27)){
const err76 = {instancePath:instancePath+"/spec/limits/memory",schemaPath:"#/properties/spec/properties/limits/properties/memory/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data27 < 64 || isNaN(data27)){
const err77 = {instancePath:instancePath+"/spec/limits/memory",schemaPath:"#/properties/spec/properties/limits/properties/memory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 64},message:"must be >= 64"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
if(data24.storage !== undefined){
let data28 = data24.storage;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err78 = {instancePath:instancePath+"/spec/limits/storage",schemaPath:"#/properties/spec/properties/limits/properties/storage/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 65536 || isNaN(data28)){
const err79 = {instancePath:instancePath+"/spec/limits/storage",schemaPath:"#/properties/spec/properties/limits/properties/storage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(data28 < 1 || isNaN(data28)){
const err80 = {instancePath:instancePath+"/spec/limits/storage",schemaPath:"#/properties/spec/properties/limits/properties/storage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
}
if(data24.bundleMemory !== undefined){
let data29 = data24.bundleMemory;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err81 = {instancePath:instancePath+"/spec/limits/bundleMemory",schemaPath:"#/properties/spec/properties/limits/properties/bundleMemory/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 16777216 || isNaN(data29)){
const err82 = {instancePath:instancePath+"/spec/limits/bundleMemory",schemaPath:"#/properties/spec/properties/limits/properties/bundleMemory/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(data29 < 6 || isNaN(data29)){
const err83 = {instancePath:instancePath+"/spec/limits/bundleMemory",schemaPath:"#/properties/spec/properties/limits/properties/bundleMemory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 6},message:"must be >= 6"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
}
}
else {
const err84 = {instancePath:instancePath+"/spec/limits",schemaPath:"#/properties/spec/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
else {
const err85 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}
