// @ts-nocheck
/** Generated from egress*.schema.json by `npm run schemas`; do not edit. */
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export const validateEgress = validate10;
const schema11 = {"type":"object","additionalProperties":false,"properties":{"mode":{"type":"string","enum":["enforce","audit"]},"presets":{"type":"array","maxItems":32,"uniqueItems":true,"items":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}},"allow":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}},"credential":{"type":"object","additionalProperties":false,"required":["secret","header"],"properties":{"secret":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"header":{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},"format":{"type":"string","maxLength":256,"pattern":"^[\\x20-\\x7e]*$"}}},"push":{"type":"boolean"},"tls":{"type":"string","enum":["terminate","passthrough"]},"websocket":{"type":"boolean"},"private":{"type":"boolean"},"until":{"type":"string","maxLength":40,"pattern":"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}}},"deny":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}}}}}},"$id":"egress"};
const func2 = require("ajv/dist/runtime/ucs2length").default;
const func3 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
const pattern1 = new RegExp("^[^\\x00-\\x20\\x7f]+$", "u");
const pattern2 = new RegExp("^[A-Z][A-Z0-9_-]*$", "u");
const pattern3 = new RegExp("^/[^\\x00-\\x1f\\x7f]*$", "u");
const pattern4 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const pattern5 = new RegExp("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "u");
const pattern6 = new RegExp("^[\\x20-\\x7e]*$", "u");
const pattern7 = new RegExp("^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="egress" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "mode") || (key0 === "presets")) || (key0 === "allow")) || (key0 === "deny"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.mode !== undefined){
let data0 = data.mode;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(!((data0 === "enforce") || (data0 === "audit"))){
const err2 = {instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.mode.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.presets !== undefined){
let data1 = data.presets;
if(Array.isArray(data1)){
if(data1.length > 32){
const err3 = {instancePath:instancePath+"/presets",schemaPath:"#/properties/presets/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func2(data2) > 63){
const err4 = {instancePath:instancePath+"/presets/" + i0,schemaPath:"#/properties/presets/items/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!pattern0.test(data2)){
const err5 = {instancePath:instancePath+"/presets/" + i0,schemaPath:"#/properties/presets/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/presets/" + i0,schemaPath:"#/properties/presets/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
let i1 = data1.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data1[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err7 = {instancePath:instancePath+"/presets",schemaPath:"#/properties/presets/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err8 = {instancePath:instancePath+"/presets",schemaPath:"#/properties/presets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.allow !== undefined){
let data3 = data.allow;
if(Array.isArray(data3)){
if(data3.length > 256){
const err9 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
const len1 = data3.length;
for(let i2=0; i2<len1; i2++){
let data4 = data3[i2];
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.host === undefined){
const err10 = {instancePath:instancePath+"/allow/" + i2,schemaPath:"#/properties/allow/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data4){
if(!(func3.call(schema11.properties.allow.items.properties, key1))){
const err11 = {instancePath:instancePath+"/allow/" + i2,schemaPath:"#/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data4.host !== undefined){
let data5 = data4.host;
if(typeof data5 === "string"){
if(func2(data5) > 255){
const err12 = {instancePath:instancePath+"/allow/" + i2+"/host",schemaPath:"#/properties/allow/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(func2(data5) < 1){
const err13 = {instancePath:instancePath+"/allow/" + i2+"/host",schemaPath:"#/properties/allow/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(!pattern1.test(data5)){
const err14 = {instancePath:instancePath+"/allow/" + i2+"/host",schemaPath:"#/properties/allow/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/allow/" + i2+"/host",schemaPath:"#/properties/allow/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data4.ports !== undefined){
let data6 = data4.ports;
if(Array.isArray(data6)){
if(data6.length > 64){
const err16 = {instancePath:instancePath+"/allow/" + i2+"/ports",schemaPath:"#/properties/allow/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
const len2 = data6.length;
for(let i3=0; i3<len2; i3++){
let data7 = data6[i3];
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err17 = {instancePath:instancePath+"/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/allow/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 65535 || isNaN(data7)){
const err18 = {instancePath:instancePath+"/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/allow/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/allow/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
let i4 = data6.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data6[i4];
if(!(((typeof item1 == "number") && (!(item1 % 1) && !isNaN(item1))) && (isFinite(item1)))){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err20 = {instancePath:instancePath+"/allow/" + i2+"/ports",schemaPath:"#/properties/allow/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err21 = {instancePath:instancePath+"/allow/" + i2+"/ports",schemaPath:"#/properties/allow/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data4.methods !== undefined){
let data8 = data4.methods;
if(Array.isArray(data8)){
if(data8.length > 16){
const err22 = {instancePath:instancePath+"/allow/" + i2+"/methods",schemaPath:"#/properties/allow/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
const len3 = data8.length;
for(let i5=0; i5<len3; i5++){
let data9 = data8[i5];
if(typeof data9 === "string"){
if(func2(data9) > 32){
const err23 = {instancePath:instancePath+"/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/allow/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(!pattern2.test(data9)){
const err24 = {instancePath:instancePath+"/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/allow/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/allow/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
let i6 = data8.length;
let j2;
if(i6 > 1){
const indices2 = {};
for(;i6--;){
let item2 = data8[i6];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err26 = {instancePath:instancePath+"/allow/" + i2+"/methods",schemaPath:"#/properties/allow/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i6+" are identical)"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
break;
}
indices2[item2] = i6;
}
}
}
else {
const err27 = {instancePath:instancePath+"/allow/" + i2+"/methods",schemaPath:"#/properties/allow/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data4.paths !== undefined){
let data10 = data4.paths;
if(Array.isArray(data10)){
if(data10.length > 64){
const err28 = {instancePath:instancePath+"/allow/" + i2+"/paths",schemaPath:"#/properties/allow/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
const len4 = data10.length;
for(let i7=0; i7<len4; i7++){
let data11 = data10[i7];
if(typeof data11 === "string"){
if(func2(data11) > 512){
const err29 = {instancePath:instancePath+"/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/allow/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(!pattern3.test(data11)){
const err30 = {instancePath:instancePath+"/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/allow/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/allow/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
let i8 = data10.length;
let j3;
if(i8 > 1){
const indices3 = {};
for(;i8--;){
let item3 = data10[i8];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err32 = {instancePath:instancePath+"/allow/" + i2+"/paths",schemaPath:"#/properties/allow/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i8, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i8+" are identical)"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
break;
}
indices3[item3] = i8;
}
}
}
else {
const err33 = {instancePath:instancePath+"/allow/" + i2+"/paths",schemaPath:"#/properties/allow/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data4.credential !== undefined){
let data12 = data4.credential;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.secret === undefined){
const err34 = {instancePath:instancePath+"/allow/" + i2+"/credential",schemaPath:"#/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "secret"},message:"must have required property '"+"secret"+"'"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data12.header === undefined){
const err35 = {instancePath:instancePath+"/allow/" + i2+"/credential",schemaPath:"#/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "header"},message:"must have required property '"+"header"+"'"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
for(const key2 in data12){
if(!(((key2 === "secret") || (key2 === "header")) || (key2 === "format"))){
const err36 = {instancePath:instancePath+"/allow/" + i2+"/credential",schemaPath:"#/properties/allow/items/properties/credential/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data12.secret !== undefined){
let data13 = data12.secret;
if(typeof data13 === "string"){
if(func2(data13) > 128){
const err37 = {instancePath:instancePath+"/allow/" + i2+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(func2(data13) < 1){
const err38 = {instancePath:instancePath+"/allow/" + i2+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(!pattern4.test(data13)){
const err39 = {instancePath:instancePath+"/allow/" + i2+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""};
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
const err40 = {instancePath:instancePath+"/allow/" + i2+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data12.header !== undefined){
let data14 = data12.header;
if(typeof data14 === "string"){
if(func2(data14) > 64){
const err41 = {instancePath:instancePath+"/allow/" + i2+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(func2(data14) < 1){
const err42 = {instancePath:instancePath+"/allow/" + i2+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(!pattern5.test(data14)){
const err43 = {instancePath:instancePath+"/allow/" + i2+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"+"\""};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/allow/" + i2+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data12.format !== undefined){
let data15 = data12.format;
if(typeof data15 === "string"){
if(func2(data15) > 256){
const err45 = {instancePath:instancePath+"/allow/" + i2+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(!pattern6.test(data15)){
const err46 = {instancePath:instancePath+"/allow/" + i2+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/pattern",keyword:"pattern",params:{pattern: "^[\\x20-\\x7e]*$"},message:"must match pattern \""+"^[\\x20-\\x7e]*$"+"\""};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/allow/" + i2+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/allow/" + i2+"/credential",schemaPath:"#/properties/allow/items/properties/credential/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data4.push !== undefined){
if(typeof data4.push !== "boolean"){
const err49 = {instancePath:instancePath+"/allow/" + i2+"/push",schemaPath:"#/properties/allow/items/properties/push/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data4.tls !== undefined){
let data17 = data4.tls;
if(typeof data17 !== "string"){
const err50 = {instancePath:instancePath+"/allow/" + i2+"/tls",schemaPath:"#/properties/allow/items/properties/tls/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(!((data17 === "terminate") || (data17 === "passthrough"))){
const err51 = {instancePath:instancePath+"/allow/" + i2+"/tls",schemaPath:"#/properties/allow/items/properties/tls/enum",keyword:"enum",params:{allowedValues: schema11.properties.allow.items.properties.tls.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data4.websocket !== undefined){
if(typeof data4.websocket !== "boolean"){
const err52 = {instancePath:instancePath+"/allow/" + i2+"/websocket",schemaPath:"#/properties/allow/items/properties/websocket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data4.private !== undefined){
if(typeof data4.private !== "boolean"){
const err53 = {instancePath:instancePath+"/allow/" + i2+"/private",schemaPath:"#/properties/allow/items/properties/private/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data4.until !== undefined){
let data20 = data4.until;
if(typeof data20 === "string"){
if(func2(data20) > 40){
const err54 = {instancePath:instancePath+"/allow/" + i2+"/until",schemaPath:"#/properties/allow/items/properties/until/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(!pattern7.test(data20)){
const err55 = {instancePath:instancePath+"/allow/" + i2+"/until",schemaPath:"#/properties/allow/items/properties/until/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},message:"must match pattern \""+"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"+"\""};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/allow/" + i2+"/until",schemaPath:"#/properties/allow/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/allow/" + i2,schemaPath:"#/properties/allow/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.deny !== undefined){
let data21 = data.deny;
if(Array.isArray(data21)){
if(data21.length > 256){
const err59 = {instancePath:instancePath+"/deny",schemaPath:"#/properties/deny/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
const len5 = data21.length;
for(let i9=0; i9<len5; i9++){
let data22 = data21[i9];
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
if(data22.host === undefined){
const err60 = {instancePath:instancePath+"/deny/" + i9,schemaPath:"#/properties/deny/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
for(const key3 in data22){
if(!((((key3 === "host") || (key3 === "ports")) || (key3 === "methods")) || (key3 === "paths"))){
const err61 = {instancePath:instancePath+"/deny/" + i9,schemaPath:"#/properties/deny/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data22.host !== undefined){
let data23 = data22.host;
if(typeof data23 === "string"){
if(func2(data23) > 255){
const err62 = {instancePath:instancePath+"/deny/" + i9+"/host",schemaPath:"#/properties/deny/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if(func2(data23) < 1){
const err63 = {instancePath:instancePath+"/deny/" + i9+"/host",schemaPath:"#/properties/deny/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(!pattern1.test(data23)){
const err64 = {instancePath:instancePath+"/deny/" + i9+"/host",schemaPath:"#/properties/deny/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
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
const err65 = {instancePath:instancePath+"/deny/" + i9+"/host",schemaPath:"#/properties/deny/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data22.ports !== undefined){
let data24 = data22.ports;
if(Array.isArray(data24)){
if(data24.length > 64){
const err66 = {instancePath:instancePath+"/deny/" + i9+"/ports",schemaPath:"#/properties/deny/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
const len6 = data24.length;
for(let i10=0; i10<len6; i10++){
let data25 = data24[i10];
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err67 = {instancePath:instancePath+"/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/deny/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 65535 || isNaN(data25)){
const err68 = {instancePath:instancePath+"/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/deny/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(data25 < 1 || isNaN(data25)){
const err69 = {instancePath:instancePath+"/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/deny/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
let i11 = data24.length;
let j4;
if(i11 > 1){
const indices4 = {};
for(;i11--;){
let item4 = data24[i11];
if(!(((typeof item4 == "number") && (!(item4 % 1) && !isNaN(item4))) && (isFinite(item4)))){
continue;
}
if(typeof indices4[item4] == "number"){
j4 = indices4[item4];
const err70 = {instancePath:instancePath+"/deny/" + i9+"/ports",schemaPath:"#/properties/deny/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i11, j: j4},message:"must NOT have duplicate items (items ## "+j4+" and "+i11+" are identical)"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
break;
}
indices4[item4] = i11;
}
}
}
else {
const err71 = {instancePath:instancePath+"/deny/" + i9+"/ports",schemaPath:"#/properties/deny/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data22.methods !== undefined){
let data26 = data22.methods;
if(Array.isArray(data26)){
if(data26.length > 16){
const err72 = {instancePath:instancePath+"/deny/" + i9+"/methods",schemaPath:"#/properties/deny/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
const len7 = data26.length;
for(let i12=0; i12<len7; i12++){
let data27 = data26[i12];
if(typeof data27 === "string"){
if(func2(data27) > 32){
const err73 = {instancePath:instancePath+"/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/deny/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(!pattern2.test(data27)){
const err74 = {instancePath:instancePath+"/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/deny/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
else {
const err75 = {instancePath:instancePath+"/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/deny/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
let i13 = data26.length;
let j5;
if(i13 > 1){
const indices5 = {};
for(;i13--;){
let item5 = data26[i13];
if(typeof item5 !== "string"){
continue;
}
if(typeof indices5[item5] == "number"){
j5 = indices5[item5];
const err76 = {instancePath:instancePath+"/deny/" + i9+"/methods",schemaPath:"#/properties/deny/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i13, j: j5},message:"must NOT have duplicate items (items ## "+j5+" and "+i13+" are identical)"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
break;
}
indices5[item5] = i13;
}
}
}
else {
const err77 = {instancePath:instancePath+"/deny/" + i9+"/methods",schemaPath:"#/properties/deny/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data22.paths !== undefined){
let data28 = data22.paths;
if(Array.isArray(data28)){
if(data28.length > 64){
const err78 = {instancePath:instancePath+"/deny/" + i9+"/paths",schemaPath:"#/properties/deny/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
const len8 = data28.length;
for(let i14=0; i14<len8; i14++){
let data29 = data28[i14];
if(typeof data29 === "string"){
if(func2(data29) > 512){
const err79 = {instancePath:instancePath+"/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/deny/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(!pattern3.test(data29)){
const err80 = {instancePath:instancePath+"/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/deny/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/deny/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
let i15 = data28.length;
let j6;
if(i15 > 1){
const indices6 = {};
for(;i15--;){
let item6 = data28[i15];
if(typeof item6 !== "string"){
continue;
}
if(typeof indices6[item6] == "number"){
j6 = indices6[item6];
const err82 = {instancePath:instancePath+"/deny/" + i9+"/paths",schemaPath:"#/properties/deny/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i15, j: j6},message:"must NOT have duplicate items (items ## "+j6+" and "+i15+" are identical)"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
break;
}
indices6[item6] = i15;
}
}
}
else {
const err83 = {instancePath:instancePath+"/deny/" + i9+"/paths",schemaPath:"#/properties/deny/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
else {
const err84 = {instancePath:instancePath+"/deny/" + i9,schemaPath:"#/properties/deny/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err85 = {instancePath:instancePath+"/deny",schemaPath:"#/properties/deny/type",keyword:"type",params:{type: "array"},message:"must be array"};
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

export const validatePreset = validate11;
const schema12 = {"type":"object","additionalProperties":false,"required":["name","version","description","allow"],"properties":{"name":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},"version":{"type":"integer","minimum":1,"maximum":100000},"description":{"type":"string","maxLength":200},"allow":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}},"credential":{"type":"object","additionalProperties":false,"required":["secret","header"],"properties":{"secret":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"header":{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},"format":{"type":"string","maxLength":256,"pattern":"^[\\x20-\\x7e]*$"}}},"push":{"type":"boolean"},"tls":{"type":"string","enum":["terminate","passthrough"]},"websocket":{"type":"boolean"},"private":{"type":"boolean"},"until":{"type":"string","maxLength":40,"pattern":"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}}}},"$id":"preset"};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="preset" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.version === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.description === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "description"},message:"must have required property '"+"description"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.allow === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "allow"},message:"must have required property '"+"allow"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "version")) || (key0 === "description")) || (key0 === "allow"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(func2(data0) > 63){
const err5 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!pattern0.test(data0)){
const err6 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.version !== undefined){
let data1 = data.version;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err8 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 100000 || isNaN(data1)){
const err9 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},message:"must be <= 100000"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err10 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
if(data.description !== undefined){
let data2 = data.description;
if(typeof data2 === "string"){
if(func2(data2) > 200){
const err11 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters"};
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
const err12 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.allow !== undefined){
let data3 = data.allow;
if(Array.isArray(data3)){
if(data3.length > 256){
const err13 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.host === undefined){
const err14 = {instancePath:instancePath+"/allow/" + i0,schemaPath:"#/properties/allow/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
for(const key1 in data4){
if(!(func3.call(schema12.properties.allow.items.properties, key1))){
const err15 = {instancePath:instancePath+"/allow/" + i0,schemaPath:"#/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data4.host !== undefined){
let data5 = data4.host;
if(typeof data5 === "string"){
if(func2(data5) > 255){
const err16 = {instancePath:instancePath+"/allow/" + i0+"/host",schemaPath:"#/properties/allow/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(func2(data5) < 1){
const err17 = {instancePath:instancePath+"/allow/" + i0+"/host",schemaPath:"#/properties/allow/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(!pattern1.test(data5)){
const err18 = {instancePath:instancePath+"/allow/" + i0+"/host",schemaPath:"#/properties/allow/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/allow/" + i0+"/host",schemaPath:"#/properties/allow/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data4.ports !== undefined){
let data6 = data4.ports;
if(Array.isArray(data6)){
if(data6.length > 64){
const err20 = {instancePath:instancePath+"/allow/" + i0+"/ports",schemaPath:"#/properties/allow/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err21 = {instancePath:instancePath+"/allow/" + i0+"/ports/" + i1,schemaPath:"#/properties/allow/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 65535 || isNaN(data7)){
const err22 = {instancePath:instancePath+"/allow/" + i0+"/ports/" + i1,schemaPath:"#/properties/allow/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err23 = {instancePath:instancePath+"/allow/" + i0+"/ports/" + i1,schemaPath:"#/properties/allow/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
let i2 = data6.length;
let j0;
if(i2 > 1){
const indices0 = {};
for(;i2--;){
let item0 = data6[i2];
if(!(((typeof item0 == "number") && (!(item0 % 1) && !isNaN(item0))) && (isFinite(item0)))){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err24 = {instancePath:instancePath+"/allow/" + i0+"/ports",schemaPath:"#/properties/allow/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i2+" are identical)"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
break;
}
indices0[item0] = i2;
}
}
}
else {
const err25 = {instancePath:instancePath+"/allow/" + i0+"/ports",schemaPath:"#/properties/allow/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data4.methods !== undefined){
let data8 = data4.methods;
if(Array.isArray(data8)){
if(data8.length > 16){
const err26 = {instancePath:instancePath+"/allow/" + i0+"/methods",schemaPath:"#/properties/allow/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
const len2 = data8.length;
for(let i3=0; i3<len2; i3++){
let data9 = data8[i3];
if(typeof data9 === "string"){
if(func2(data9) > 32){
const err27 = {instancePath:instancePath+"/allow/" + i0+"/methods/" + i3,schemaPath:"#/properties/allow/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(!pattern2.test(data9)){
const err28 = {instancePath:instancePath+"/allow/" + i0+"/methods/" + i3,schemaPath:"#/properties/allow/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/allow/" + i0+"/methods/" + i3,schemaPath:"#/properties/allow/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
let i4 = data8.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data8[i4];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err30 = {instancePath:instancePath+"/allow/" + i0+"/methods",schemaPath:"#/properties/allow/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err31 = {instancePath:instancePath+"/allow/" + i0+"/methods",schemaPath:"#/properties/allow/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data4.paths !== undefined){
let data10 = data4.paths;
if(Array.isArray(data10)){
if(data10.length > 64){
const err32 = {instancePath:instancePath+"/allow/" + i0+"/paths",schemaPath:"#/properties/allow/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
const len3 = data10.length;
for(let i5=0; i5<len3; i5++){
let data11 = data10[i5];
if(typeof data11 === "string"){
if(func2(data11) > 512){
const err33 = {instancePath:instancePath+"/allow/" + i0+"/paths/" + i5,schemaPath:"#/properties/allow/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(!pattern3.test(data11)){
const err34 = {instancePath:instancePath+"/allow/" + i0+"/paths/" + i5,schemaPath:"#/properties/allow/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/allow/" + i0+"/paths/" + i5,schemaPath:"#/properties/allow/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
let i6 = data10.length;
let j2;
if(i6 > 1){
const indices2 = {};
for(;i6--;){
let item2 = data10[i6];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err36 = {instancePath:instancePath+"/allow/" + i0+"/paths",schemaPath:"#/properties/allow/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i6+" are identical)"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
break;
}
indices2[item2] = i6;
}
}
}
else {
const err37 = {instancePath:instancePath+"/allow/" + i0+"/paths",schemaPath:"#/properties/allow/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data4.credential !== undefined){
let data12 = data4.credential;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.secret === undefined){
const err38 = {instancePath:instancePath+"/allow/" + i0+"/credential",schemaPath:"#/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "secret"},message:"must have required property '"+"secret"+"'"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data12.header === undefined){
const err39 = {instancePath:instancePath+"/allow/" + i0+"/credential",schemaPath:"#/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "header"},message:"must have required property '"+"header"+"'"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
for(const key2 in data12){
if(!(((key2 === "secret") || (key2 === "header")) || (key2 === "format"))){
const err40 = {instancePath:instancePath+"/allow/" + i0+"/credential",schemaPath:"#/properties/allow/items/properties/credential/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data12.secret !== undefined){
let data13 = data12.secret;
if(typeof data13 === "string"){
if(func2(data13) > 128){
const err41 = {instancePath:instancePath+"/allow/" + i0+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(func2(data13) < 1){
const err42 = {instancePath:instancePath+"/allow/" + i0+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(!pattern4.test(data13)){
const err43 = {instancePath:instancePath+"/allow/" + i0+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/allow/" + i0+"/credential/secret",schemaPath:"#/properties/allow/items/properties/credential/properties/secret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data12.header !== undefined){
let data14 = data12.header;
if(typeof data14 === "string"){
if(func2(data14) > 64){
const err45 = {instancePath:instancePath+"/allow/" + i0+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(func2(data14) < 1){
const err46 = {instancePath:instancePath+"/allow/" + i0+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(!pattern5.test(data14)){
const err47 = {instancePath:instancePath+"/allow/" + i0+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"+"\""};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/allow/" + i0+"/credential/header",schemaPath:"#/properties/allow/items/properties/credential/properties/header/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data12.format !== undefined){
let data15 = data12.format;
if(typeof data15 === "string"){
if(func2(data15) > 256){
const err49 = {instancePath:instancePath+"/allow/" + i0+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(!pattern6.test(data15)){
const err50 = {instancePath:instancePath+"/allow/" + i0+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/pattern",keyword:"pattern",params:{pattern: "^[\\x20-\\x7e]*$"},message:"must match pattern \""+"^[\\x20-\\x7e]*$"+"\""};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/allow/" + i0+"/credential/format",schemaPath:"#/properties/allow/items/properties/credential/properties/format/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/allow/" + i0+"/credential",schemaPath:"#/properties/allow/items/properties/credential/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data4.push !== undefined){
if(typeof data4.push !== "boolean"){
const err53 = {instancePath:instancePath+"/allow/" + i0+"/push",schemaPath:"#/properties/allow/items/properties/push/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data4.tls !== undefined){
let data17 = data4.tls;
if(typeof data17 !== "string"){
const err54 = {instancePath:instancePath+"/allow/" + i0+"/tls",schemaPath:"#/properties/allow/items/properties/tls/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(!((data17 === "terminate") || (data17 === "passthrough"))){
const err55 = {instancePath:instancePath+"/allow/" + i0+"/tls",schemaPath:"#/properties/allow/items/properties/tls/enum",keyword:"enum",params:{allowedValues: schema12.properties.allow.items.properties.tls.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data4.websocket !== undefined){
if(typeof data4.websocket !== "boolean"){
const err56 = {instancePath:instancePath+"/allow/" + i0+"/websocket",schemaPath:"#/properties/allow/items/properties/websocket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data4.private !== undefined){
if(typeof data4.private !== "boolean"){
const err57 = {instancePath:instancePath+"/allow/" + i0+"/private",schemaPath:"#/properties/allow/items/properties/private/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data4.until !== undefined){
let data20 = data4.until;
if(typeof data20 === "string"){
if(func2(data20) > 40){
const err58 = {instancePath:instancePath+"/allow/" + i0+"/until",schemaPath:"#/properties/allow/items/properties/until/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(!pattern7.test(data20)){
const err59 = {instancePath:instancePath+"/allow/" + i0+"/until",schemaPath:"#/properties/allow/items/properties/until/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},message:"must match pattern \""+"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"+"\""};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/allow/" + i0+"/until",schemaPath:"#/properties/allow/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err61 = {instancePath:instancePath+"/allow/" + i0,schemaPath:"#/properties/allow/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
else {
const err62 = {instancePath:instancePath+"/allow",schemaPath:"#/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const validateCases = validate12;
const schema13 = {"type":"object","additionalProperties":false,"required":["cases"],"properties":{"now":{"type":"string","maxLength":40,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"},"policy":{"type":"object","additionalProperties":false,"properties":{"mode":{"type":"string","enum":["enforce","audit"]},"presets":{"type":"array","maxItems":32,"uniqueItems":true,"items":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}},"allow":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}},"credential":{"type":"object","additionalProperties":false,"required":["secret","header"],"properties":{"secret":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"header":{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},"format":{"type":"string","maxLength":256,"pattern":"^[\\x20-\\x7e]*$"}}},"push":{"type":"boolean"},"tls":{"type":"string","enum":["terminate","passthrough"]},"websocket":{"type":"boolean"},"private":{"type":"boolean"},"until":{"type":"string","maxLength":40,"pattern":"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}}},"deny":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}}}}}}},"bottle":{"type":"string","minLength":1,"maxLength":4096,"pattern":"^[^\\x00-\\x1f\\x7f]+$"},"cases":{"type":"array","maxItems":10000,"items":{"type":"object","additionalProperties":false,"required":["request","decision"],"properties":{"request":{"type":"object","additionalProperties":false,"required":["host","port","method","path"],"properties":{"host":{"type":"string","maxLength":1048576},"port":{"type":"integer","minimum":0,"maximum":65535},"method":{"type":"string","maxLength":1048576},"path":{"type":"string","maxLength":1048576},"websocket":{"type":"boolean"}}},"decision":{"type":"object","additionalProperties":false,"required":["allow"],"properties":{"allow":{"type":"boolean"},"rule":{"type":"string","maxLength":128},"reason":{"type":"string","enum":["AddressLiteral","BadHost","Denied","NotAllowed","PushNotAllowed","Expired"]},"credential":{"type":"string","maxLength":128}}}}}}},"$id":"cases"};
const pattern19 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$", "u");
const pattern31 = new RegExp("^[^\\x00-\\x1f\\x7f]+$", "u");

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="cases" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cases === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cases"},message:"must have required property '"+"cases"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "now") || (key0 === "policy")) || (key0 === "bottle")) || (key0 === "cases"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.now !== undefined){
let data0 = data.now;
if(typeof data0 === "string"){
if(func2(data0) > 40){
const err2 = {instancePath:instancePath+"/now",schemaPath:"#/properties/now/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!pattern19.test(data0)){
const err3 = {instancePath:instancePath+"/now",schemaPath:"#/properties/now/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"+"\""};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/now",schemaPath:"#/properties/now/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.policy !== undefined){
let data1 = data.policy;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!((((key1 === "mode") || (key1 === "presets")) || (key1 === "allow")) || (key1 === "deny"))){
const err5 = {instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data1.mode !== undefined){
let data2 = data1.mode;
if(typeof data2 !== "string"){
const err6 = {instancePath:instancePath+"/policy/mode",schemaPath:"#/properties/policy/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!((data2 === "enforce") || (data2 === "audit"))){
const err7 = {instancePath:instancePath+"/policy/mode",schemaPath:"#/properties/policy/properties/mode/enum",keyword:"enum",params:{allowedValues: schema13.properties.policy.properties.mode.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data1.presets !== undefined){
let data3 = data1.presets;
if(Array.isArray(data3)){
if(data3.length > 32){
const err8 = {instancePath:instancePath+"/policy/presets",schemaPath:"#/properties/policy/properties/presets/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(func2(data4) > 63){
const err9 = {instancePath:instancePath+"/policy/presets/" + i0,schemaPath:"#/properties/policy/properties/presets/items/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(!pattern0.test(data4)){
const err10 = {instancePath:instancePath+"/policy/presets/" + i0,schemaPath:"#/properties/policy/properties/presets/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/policy/presets/" + i0,schemaPath:"#/properties/policy/properties/presets/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
let i1 = data3.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data3[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err12 = {instancePath:instancePath+"/policy/presets",schemaPath:"#/properties/policy/properties/presets/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err13 = {instancePath:instancePath+"/policy/presets",schemaPath:"#/properties/policy/properties/presets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data1.allow !== undefined){
let data5 = data1.allow;
if(Array.isArray(data5)){
if(data5.length > 256){
const err14 = {instancePath:instancePath+"/policy/allow",schemaPath:"#/properties/policy/properties/allow/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
const len1 = data5.length;
for(let i2=0; i2<len1; i2++){
let data6 = data5[i2];
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.host === undefined){
const err15 = {instancePath:instancePath+"/policy/allow/" + i2,schemaPath:"#/properties/policy/properties/allow/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
for(const key2 in data6){
if(!(func3.call(schema13.properties.policy.properties.allow.items.properties, key2))){
const err16 = {instancePath:instancePath+"/policy/allow/" + i2,schemaPath:"#/properties/policy/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data6.host !== undefined){
let data7 = data6.host;
if(typeof data7 === "string"){
if(func2(data7) > 255){
const err17 = {instancePath:instancePath+"/policy/allow/" + i2+"/host",schemaPath:"#/properties/policy/properties/allow/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(func2(data7) < 1){
const err18 = {instancePath:instancePath+"/policy/allow/" + i2+"/host",schemaPath:"#/properties/policy/properties/allow/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(!pattern1.test(data7)){
const err19 = {instancePath:instancePath+"/policy/allow/" + i2+"/host",schemaPath:"#/properties/policy/properties/allow/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
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
const err20 = {instancePath:instancePath+"/policy/allow/" + i2+"/host",schemaPath:"#/properties/policy/properties/allow/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data6.ports !== undefined){
let data8 = data6.ports;
if(Array.isArray(data8)){
if(data8.length > 64){
const err21 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports",schemaPath:"#/properties/policy/properties/allow/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
const len2 = data8.length;
for(let i3=0; i3<len2; i3++){
let data9 = data8[i3];
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err22 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/policy/properties/allow/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 65535 || isNaN(data9)){
const err23 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/policy/properties/allow/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err24 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/policy/properties/allow/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
let i4 = data8.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data8[i4];
if(!(((typeof item1 == "number") && (!(item1 % 1) && !isNaN(item1))) && (isFinite(item1)))){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err25 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports",schemaPath:"#/properties/policy/properties/allow/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err26 = {instancePath:instancePath+"/policy/allow/" + i2+"/ports",schemaPath:"#/properties/policy/properties/allow/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data6.methods !== undefined){
let data10 = data6.methods;
if(Array.isArray(data10)){
if(data10.length > 16){
const err27 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods",schemaPath:"#/properties/policy/properties/allow/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
const len3 = data10.length;
for(let i5=0; i5<len3; i5++){
let data11 = data10[i5];
if(typeof data11 === "string"){
if(func2(data11) > 32){
const err28 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/policy/properties/allow/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(!pattern2.test(data11)){
const err29 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/policy/properties/allow/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/policy/properties/allow/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
let i6 = data10.length;
let j2;
if(i6 > 1){
const indices2 = {};
for(;i6--;){
let item2 = data10[i6];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err31 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods",schemaPath:"#/properties/policy/properties/allow/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i6+" are identical)"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
break;
}
indices2[item2] = i6;
}
}
}
else {
const err32 = {instancePath:instancePath+"/policy/allow/" + i2+"/methods",schemaPath:"#/properties/policy/properties/allow/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data6.paths !== undefined){
let data12 = data6.paths;
if(Array.isArray(data12)){
if(data12.length > 64){
const err33 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths",schemaPath:"#/properties/policy/properties/allow/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
const len4 = data12.length;
for(let i7=0; i7<len4; i7++){
let data13 = data12[i7];
if(typeof data13 === "string"){
if(func2(data13) > 512){
const err34 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/policy/properties/allow/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(!pattern3.test(data13)){
const err35 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/policy/properties/allow/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/policy/properties/allow/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
let i8 = data12.length;
let j3;
if(i8 > 1){
const indices3 = {};
for(;i8--;){
let item3 = data12[i8];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err37 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths",schemaPath:"#/properties/policy/properties/allow/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i8, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i8+" are identical)"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
break;
}
indices3[item3] = i8;
}
}
}
else {
const err38 = {instancePath:instancePath+"/policy/allow/" + i2+"/paths",schemaPath:"#/properties/policy/properties/allow/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data6.credential !== undefined){
let data14 = data6.credential;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.secret === undefined){
const err39 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "secret"},message:"must have required property '"+"secret"+"'"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data14.header === undefined){
const err40 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "header"},message:"must have required property '"+"header"+"'"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
for(const key3 in data14){
if(!(((key3 === "secret") || (key3 === "header")) || (key3 === "format"))){
const err41 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data14.secret !== undefined){
let data15 = data14.secret;
if(typeof data15 === "string"){
if(func2(data15) > 128){
const err42 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/secret",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/secret/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(func2(data15) < 1){
const err43 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/secret",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(!pattern4.test(data15)){
const err44 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/secret",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/secret/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/secret",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/secret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data14.header !== undefined){
let data16 = data14.header;
if(typeof data16 === "string"){
if(func2(data16) > 64){
const err46 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/header",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/header/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(func2(data16) < 1){
const err47 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/header",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/header/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(!pattern5.test(data16)){
const err48 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/header",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/header/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"+"\""};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/header",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/header/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data14.format !== undefined){
let data17 = data14.format;
if(typeof data17 === "string"){
if(func2(data17) > 256){
const err50 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/format",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/format/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(!pattern6.test(data17)){
const err51 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/format",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/format/pattern",keyword:"pattern",params:{pattern: "^[\\x20-\\x7e]*$"},message:"must match pattern \""+"^[\\x20-\\x7e]*$"+"\""};
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
const err52 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential/format",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/properties/format/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/policy/allow/" + i2+"/credential",schemaPath:"#/properties/policy/properties/allow/items/properties/credential/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data6.push !== undefined){
if(typeof data6.push !== "boolean"){
const err54 = {instancePath:instancePath+"/policy/allow/" + i2+"/push",schemaPath:"#/properties/policy/properties/allow/items/properties/push/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data6.tls !== undefined){
let data19 = data6.tls;
if(typeof data19 !== "string"){
const err55 = {instancePath:instancePath+"/policy/allow/" + i2+"/tls",schemaPath:"#/properties/policy/properties/allow/items/properties/tls/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(!((data19 === "terminate") || (data19 === "passthrough"))){
const err56 = {instancePath:instancePath+"/policy/allow/" + i2+"/tls",schemaPath:"#/properties/policy/properties/allow/items/properties/tls/enum",keyword:"enum",params:{allowedValues: schema13.properties.policy.properties.allow.items.properties.tls.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data6.websocket !== undefined){
if(typeof data6.websocket !== "boolean"){
const err57 = {instancePath:instancePath+"/policy/allow/" + i2+"/websocket",schemaPath:"#/properties/policy/properties/allow/items/properties/websocket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data6.private !== undefined){
if(typeof data6.private !== "boolean"){
const err58 = {instancePath:instancePath+"/policy/allow/" + i2+"/private",schemaPath:"#/properties/policy/properties/allow/items/properties/private/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data6.until !== undefined){
let data22 = data6.until;
if(typeof data22 === "string"){
if(func2(data22) > 40){
const err59 = {instancePath:instancePath+"/policy/allow/" + i2+"/until",schemaPath:"#/properties/policy/properties/allow/items/properties/until/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(!pattern7.test(data22)){
const err60 = {instancePath:instancePath+"/policy/allow/" + i2+"/until",schemaPath:"#/properties/policy/properties/allow/items/properties/until/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},message:"must match pattern \""+"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"+"\""};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/policy/allow/" + i2+"/until",schemaPath:"#/properties/policy/properties/allow/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
else {
const err62 = {instancePath:instancePath+"/policy/allow/" + i2,schemaPath:"#/properties/policy/properties/allow/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/policy/allow",schemaPath:"#/properties/policy/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data1.deny !== undefined){
let data23 = data1.deny;
if(Array.isArray(data23)){
if(data23.length > 256){
const err64 = {instancePath:instancePath+"/policy/deny",schemaPath:"#/properties/policy/properties/deny/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
const len5 = data23.length;
for(let i9=0; i9<len5; i9++){
let data24 = data23[i9];
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(data24.host === undefined){
const err65 = {instancePath:instancePath+"/policy/deny/" + i9,schemaPath:"#/properties/policy/properties/deny/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
for(const key4 in data24){
if(!((((key4 === "host") || (key4 === "ports")) || (key4 === "methods")) || (key4 === "paths"))){
const err66 = {instancePath:instancePath+"/policy/deny/" + i9,schemaPath:"#/properties/policy/properties/deny/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data24.host !== undefined){
let data25 = data24.host;
if(typeof data25 === "string"){
if(func2(data25) > 255){
const err67 = {instancePath:instancePath+"/policy/deny/" + i9+"/host",schemaPath:"#/properties/policy/properties/deny/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(func2(data25) < 1){
const err68 = {instancePath:instancePath+"/policy/deny/" + i9+"/host",schemaPath:"#/properties/policy/properties/deny/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(!pattern1.test(data25)){
const err69 = {instancePath:instancePath+"/policy/deny/" + i9+"/host",schemaPath:"#/properties/policy/properties/deny/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
else {
const err70 = {instancePath:instancePath+"/policy/deny/" + i9+"/host",schemaPath:"#/properties/policy/properties/deny/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data24.ports !== undefined){
let data26 = data24.ports;
if(Array.isArray(data26)){
if(data26.length > 64){
const err71 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports",schemaPath:"#/properties/policy/properties/deny/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
const len6 = data26.length;
for(let i10=0; i10<len6; i10++){
let data27 = data26[i10];
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err72 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/policy/properties/deny/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 65535 || isNaN(data27)){
const err73 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/policy/properties/deny/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(data27 < 1 || isNaN(data27)){
const err74 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/policy/properties/deny/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
let i11 = data26.length;
let j4;
if(i11 > 1){
const indices4 = {};
for(;i11--;){
let item4 = data26[i11];
if(!(((typeof item4 == "number") && (!(item4 % 1) && !isNaN(item4))) && (isFinite(item4)))){
continue;
}
if(typeof indices4[item4] == "number"){
j4 = indices4[item4];
const err75 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports",schemaPath:"#/properties/policy/properties/deny/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i11, j: j4},message:"must NOT have duplicate items (items ## "+j4+" and "+i11+" are identical)"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
break;
}
indices4[item4] = i11;
}
}
}
else {
const err76 = {instancePath:instancePath+"/policy/deny/" + i9+"/ports",schemaPath:"#/properties/policy/properties/deny/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data24.methods !== undefined){
let data28 = data24.methods;
if(Array.isArray(data28)){
if(data28.length > 16){
const err77 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods",schemaPath:"#/properties/policy/properties/deny/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
const len7 = data28.length;
for(let i12=0; i12<len7; i12++){
let data29 = data28[i12];
if(typeof data29 === "string"){
if(func2(data29) > 32){
const err78 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/policy/properties/deny/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(!pattern2.test(data29)){
const err79 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/policy/properties/deny/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/policy/properties/deny/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
let i13 = data28.length;
let j5;
if(i13 > 1){
const indices5 = {};
for(;i13--;){
let item5 = data28[i13];
if(typeof item5 !== "string"){
continue;
}
if(typeof indices5[item5] == "number"){
j5 = indices5[item5];
const err81 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods",schemaPath:"#/properties/policy/properties/deny/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i13, j: j5},message:"must NOT have duplicate items (items ## "+j5+" and "+i13+" are identical)"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
break;
}
indices5[item5] = i13;
}
}
}
else {
const err82 = {instancePath:instancePath+"/policy/deny/" + i9+"/methods",schemaPath:"#/properties/policy/properties/deny/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data24.paths !== undefined){
let data30 = data24.paths;
if(Array.isArray(data30)){
if(data30.length > 64){
const err83 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths",schemaPath:"#/properties/policy/properties/deny/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
const len8 = data30.length;
for(let i14=0; i14<len8; i14++){
let data31 = data30[i14];
if(typeof data31 === "string"){
if(func2(data31) > 512){
const err84 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/policy/properties/deny/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(!pattern3.test(data31)){
const err85 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/policy/properties/deny/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
else {
const err86 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/policy/properties/deny/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
let i15 = data30.length;
let j6;
if(i15 > 1){
const indices6 = {};
for(;i15--;){
let item6 = data30[i15];
if(typeof item6 !== "string"){
continue;
}
if(typeof indices6[item6] == "number"){
j6 = indices6[item6];
const err87 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths",schemaPath:"#/properties/policy/properties/deny/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i15, j: j6},message:"must NOT have duplicate items (items ## "+j6+" and "+i15+" are identical)"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
break;
}
indices6[item6] = i15;
}
}
}
else {
const err88 = {instancePath:instancePath+"/policy/deny/" + i9+"/paths",schemaPath:"#/properties/policy/properties/deny/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
}
else {
const err89 = {instancePath:instancePath+"/policy/deny/" + i9,schemaPath:"#/properties/policy/properties/deny/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
}
else {
const err90 = {instancePath:instancePath+"/policy/deny",schemaPath:"#/properties/policy/properties/deny/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
}
else {
const err91 = {instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data.bottle !== undefined){
let data32 = data.bottle;
if(typeof data32 === "string"){
if(func2(data32) > 4096){
const err92 = {instancePath:instancePath+"/bottle",schemaPath:"#/properties/bottle/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(func2(data32) < 1){
const err93 = {instancePath:instancePath+"/bottle",schemaPath:"#/properties/bottle/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if(!pattern31.test(data32)){
const err94 = {instancePath:instancePath+"/bottle",schemaPath:"#/properties/bottle/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
else {
const err95 = {instancePath:instancePath+"/bottle",schemaPath:"#/properties/bottle/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(data.cases !== undefined){
let data33 = data.cases;
if(Array.isArray(data33)){
if(data33.length > 10000){
const err96 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
const len9 = data33.length;
for(let i16=0; i16<len9; i16++){
let data34 = data33[i16];
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
if(data34.request === undefined){
const err97 = {instancePath:instancePath+"/cases/" + i16,schemaPath:"#/properties/cases/items/required",keyword:"required",params:{missingProperty: "request"},message:"must have required property '"+"request"+"'"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(data34.decision === undefined){
const err98 = {instancePath:instancePath+"/cases/" + i16,schemaPath:"#/properties/cases/items/required",keyword:"required",params:{missingProperty: "decision"},message:"must have required property '"+"decision"+"'"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
for(const key5 in data34){
if(!((key5 === "request") || (key5 === "decision"))){
const err99 = {instancePath:instancePath+"/cases/" + i16,schemaPath:"#/properties/cases/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data34.request !== undefined){
let data35 = data34.request;
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
if(data35.host === undefined){
const err100 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if(data35.port === undefined){
const err101 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/required",keyword:"required",params:{missingProperty: "port"},message:"must have required property '"+"port"+"'"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(data35.method === undefined){
const err102 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/required",keyword:"required",params:{missingProperty: "method"},message:"must have required property '"+"method"+"'"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(data35.path === undefined){
const err103 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
for(const key6 in data35){
if(!(((((key6 === "host") || (key6 === "port")) || (key6 === "method")) || (key6 === "path")) || (key6 === "websocket"))){
const err104 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data35.host !== undefined){
let data36 = data35.host;
if(typeof data36 === "string"){
if(func2(data36) > 1048576){
const err105 = {instancePath:instancePath+"/cases/" + i16+"/request/host",schemaPath:"#/properties/cases/items/properties/request/properties/host/maxLength",keyword:"maxLength",params:{limit: 1048576},message:"must NOT have more than 1048576 characters"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
else {
const err106 = {instancePath:instancePath+"/cases/" + i16+"/request/host",schemaPath:"#/properties/cases/items/properties/request/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data35.port !== undefined){
let data37 = data35.port;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
const err107 = {instancePath:instancePath+"/cases/" + i16+"/request/port",schemaPath:"#/properties/cases/items/properties/request/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 65535 || isNaN(data37)){
const err108 = {instancePath:instancePath+"/cases/" + i16+"/request/port",schemaPath:"#/properties/cases/items/properties/request/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(data37 < 0 || isNaN(data37)){
const err109 = {instancePath:instancePath+"/cases/" + i16+"/request/port",schemaPath:"#/properties/cases/items/properties/request/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
}
if(data35.method !== undefined){
let data38 = data35.method;
if(typeof data38 === "string"){
if(func2(data38) > 1048576){
const err110 = {instancePath:instancePath+"/cases/" + i16+"/request/method",schemaPath:"#/properties/cases/items/properties/request/properties/method/maxLength",keyword:"maxLength",params:{limit: 1048576},message:"must NOT have more than 1048576 characters"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
else {
const err111 = {instancePath:instancePath+"/cases/" + i16+"/request/method",schemaPath:"#/properties/cases/items/properties/request/properties/method/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data35.path !== undefined){
let data39 = data35.path;
if(typeof data39 === "string"){
if(func2(data39) > 1048576){
const err112 = {instancePath:instancePath+"/cases/" + i16+"/request/path",schemaPath:"#/properties/cases/items/properties/request/properties/path/maxLength",keyword:"maxLength",params:{limit: 1048576},message:"must NOT have more than 1048576 characters"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
else {
const err113 = {instancePath:instancePath+"/cases/" + i16+"/request/path",schemaPath:"#/properties/cases/items/properties/request/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data35.websocket !== undefined){
if(typeof data35.websocket !== "boolean"){
const err114 = {instancePath:instancePath+"/cases/" + i16+"/request/websocket",schemaPath:"#/properties/cases/items/properties/request/properties/websocket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
}
else {
const err115 = {instancePath:instancePath+"/cases/" + i16+"/request",schemaPath:"#/properties/cases/items/properties/request/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data34.decision !== undefined){
let data41 = data34.decision;
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.allow === undefined){
const err116 = {instancePath:instancePath+"/cases/" + i16+"/decision",schemaPath:"#/properties/cases/items/properties/decision/required",keyword:"required",params:{missingProperty: "allow"},message:"must have required property '"+"allow"+"'"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
for(const key7 in data41){
if(!((((key7 === "allow") || (key7 === "rule")) || (key7 === "reason")) || (key7 === "credential"))){
const err117 = {instancePath:instancePath+"/cases/" + i16+"/decision",schemaPath:"#/properties/cases/items/properties/decision/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data41.allow !== undefined){
if(typeof data41.allow !== "boolean"){
const err118 = {instancePath:instancePath+"/cases/" + i16+"/decision/allow",schemaPath:"#/properties/cases/items/properties/decision/properties/allow/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
if(data41.rule !== undefined){
let data43 = data41.rule;
if(typeof data43 === "string"){
if(func2(data43) > 128){
const err119 = {instancePath:instancePath+"/cases/" + i16+"/decision/rule",schemaPath:"#/properties/cases/items/properties/decision/properties/rule/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/cases/" + i16+"/decision/rule",schemaPath:"#/properties/cases/items/properties/decision/properties/rule/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data41.reason !== undefined){
let data44 = data41.reason;
if(typeof data44 !== "string"){
const err121 = {instancePath:instancePath+"/cases/" + i16+"/decision/reason",schemaPath:"#/properties/cases/items/properties/decision/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if(!((((((data44 === "AddressLiteral") || (data44 === "BadHost")) || (data44 === "Denied")) || (data44 === "NotAllowed")) || (data44 === "PushNotAllowed")) || (data44 === "Expired"))){
const err122 = {instancePath:instancePath+"/cases/" + i16+"/decision/reason",schemaPath:"#/properties/cases/items/properties/decision/properties/reason/enum",keyword:"enum",params:{allowedValues: schema13.properties.cases.items.properties.decision.properties.reason.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data41.credential !== undefined){
let data45 = data41.credential;
if(typeof data45 === "string"){
if(func2(data45) > 128){
const err123 = {instancePath:instancePath+"/cases/" + i16+"/decision/credential",schemaPath:"#/properties/cases/items/properties/decision/properties/credential/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
else {
const err124 = {instancePath:instancePath+"/cases/" + i16+"/decision/credential",schemaPath:"#/properties/cases/items/properties/decision/properties/credential/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
}
else {
const err125 = {instancePath:instancePath+"/cases/" + i16+"/decision",schemaPath:"#/properties/cases/items/properties/decision/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
else {
const err126 = {instancePath:instancePath+"/cases/" + i16,schemaPath:"#/properties/cases/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
}
else {
const err127 = {instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
}
else {
const err128 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}
