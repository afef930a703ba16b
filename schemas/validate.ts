// @ts-nocheck
/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export const validateBottle = validate10;
const schema11 = {"type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"apiVersion":{"type":"string","enum":["bottled.dev/v1alpha1"]},"kind":{"type":"string","enum":["Bottle"]},"metadata":{"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},"namespace":{"type":"string","enum":["default"]},"labels":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$","maxLength":317},"additionalProperties":{"type":"string","maxLength":63,"pattern":"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"}},"annotations":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$","maxLength":317},"additionalProperties":{"type":"string","maxLength":32768}},"generateName":{},"uid":{},"resourceVersion":{},"generation":{},"creationTimestamp":{},"deletionTimestamp":{},"deletionGracePeriodSeconds":{},"finalizers":{},"managedFields":{},"ownerReferences":{},"selfLink":{}}},"spec":{"type":"object","additionalProperties":false,"required":["agent"],"properties":{"agent":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$"},"identity":{"type":"string","minLength":1,"maxLength":48,"pattern":"^[a-z0-9]+(-[a-z0-9]+)*$"},"suspend":{"type":"boolean"},"deletionPolicy":{"type":"string","enum":["Delete","Retain"]},"workspace":{"type":"object","additionalProperties":false,"properties":{"path":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[^\\x00-\\x1f\\x7f]+$"},"mode":{"type":"string","enum":["copy","mount"]},"guestPath":{"type":"string","maxLength":1024,"pattern":"^/[^\\x00-\\x1f\\x7f:]*$"}}},"env":{"type":"object","maxProperties":128,"propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":128},"additionalProperties":{"type":"string","maxLength":8192,"pattern":"^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"}},"secrets":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":128},"additionalProperties":{"type":"object","additionalProperties":false,"oneOf":[{"required":["fromEnv"]},{"required":["fromFile"]}],"properties":{"fromEnv":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"fromFile":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[^\\x00-\\x1f\\x7f]+$"},"deliver":{"type":"string","enum":["guest","proxy"]}}}},"egress":{"type":"object","additionalProperties":false,"properties":{"mode":{"type":"string","enum":["enforce","audit"]},"presets":{"type":"array","maxItems":32,"uniqueItems":true,"items":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}},"allow":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}},"credential":{"type":"object","additionalProperties":false,"required":["secret","header"],"properties":{"secret":{"type":"string","minLength":1,"maxLength":128,"pattern":"^[A-Za-z_][A-Za-z0-9_]*$"},"header":{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},"format":{"type":"string","maxLength":256,"pattern":"^[\\x20-\\x7e]*$"}}},"push":{"type":"boolean"},"tls":{"type":"string","enum":["terminate","passthrough"]},"websocket":{"type":"boolean"},"private":{"type":"boolean"},"until":{"type":"string","maxLength":40,"pattern":"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"}}}},"deny":{"type":"array","maxItems":256,"items":{"type":"object","additionalProperties":false,"required":["host"],"properties":{"host":{"type":"string","minLength":1,"maxLength":255,"pattern":"^[^\\x00-\\x20\\x7f]+$"},"ports":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"integer","minimum":1,"maximum":65535}},"methods":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","maxLength":32,"pattern":"^[A-Z][A-Z0-9_-]*$"}},"paths":{"type":"array","maxItems":64,"uniqueItems":true,"items":{"type":"string","maxLength":512,"pattern":"^/[^\\x00-\\x1f\\x7f]*$"}}}}}}},"git":{"type":"boolean"},"supervise":{"type":"boolean"},"network":{"type":"object","additionalProperties":false,"properties":{"subnet":{"type":"string","maxLength":18,"pattern":"^(10\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|172\\.(1[6-9]|2[0-9]|3[01])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|192\\.168\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))\\.0/24$"}}},"bundle":{"type":"object","additionalProperties":false,"properties":{"image":{"type":"string","minLength":1,"maxLength":512,"pattern":"^[^\\x00-\\x20\\x7f-][^\\x00-\\x20\\x7f]*$"},"command":{"type":"array","maxItems":128,"items":{"type":"string","maxLength":4096,"pattern":"^[^\\x00]*$"}},"env":{"type":"object","maxProperties":128,"propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":128},"additionalProperties":{"type":"string","maxLength":8192,"pattern":"^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"}},"mounts":{"type":"array","maxItems":32,"items":{"type":"object","additionalProperties":false,"required":["source","target"],"properties":{"source":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[^\\x00-\\x1f\\x7f]+$"},"target":{"type":"string","maxLength":1024,"pattern":"^/[^\\x00-\\x1f\\x7f:]*$"},"readOnly":{"type":"boolean"}}}},"resources":{"type":"object","additionalProperties":false,"properties":{"memory":{"type":"integer","minimum":6,"maximum":16777216},"cpus":{"type":"number","minimum":0.01,"maximum":1024},"pids":{"type":"integer","minimum":1,"maximum":4194304}}},"pullPolicy":{"type":"string","enum":["IfNotPresent","Always","Never"]},"startTimeout":{"type":"string","maxLength":32,"pattern":"^([0-9]+([.][0-9]+)?(ms|s|m|h))+$"},"user":{"type":"string","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$"},"readOnlyRoot":{"type":"boolean"},"tmpfs":{"type":"array","maxItems":16,"items":{"type":"string","maxLength":1024,"pattern":"^/[^\\x00-\\x1f\\x7f:]*$"},"uniqueItems":true}}},"machine":{"type":"object","additionalProperties":false,"properties":{"artifact":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[^\\x00-\\x1f\\x7f]+$"},"image":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$"},"command":{"type":"array","maxItems":128,"items":{"type":"string","maxLength":4096,"pattern":"^[^\\x00]*$"}},"cpus":{"type":"integer","minimum":1,"maximum":255},"memory":{"type":"integer","minimum":64,"maximum":16777216},"storage":{"type":"integer","minimum":1,"maximum":65536},"updatePolicy":{"type":"string","enum":["Recreate","OnDelete"]}}}}},"status":{}},"$id":"bottle"};
const func2 = Object.prototype.hasOwnProperty;
const func3 = require("ajv/dist/runtime/ucs2length").default;
const pattern0 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
const pattern1 = new RegExp("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", "u");
const pattern2 = new RegExp("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", "u");
const pattern4 = new RegExp("^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$", "u");
const pattern5 = new RegExp("^[a-z0-9]+(-[a-z0-9]+)*$", "u");
const pattern6 = new RegExp("^[^\\x00-\\x1f\\x7f]+$", "u");
const pattern7 = new RegExp("^/[^\\x00-\\x1f\\x7f:]*$", "u");
const pattern8 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
const pattern9 = new RegExp("^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$", "u");
const pattern14 = new RegExp("^[^\\x00-\\x20\\x7f]+$", "u");
const pattern15 = new RegExp("^[A-Z][A-Z0-9_-]*$", "u");
const pattern16 = new RegExp("^/[^\\x00-\\x1f\\x7f]*$", "u");
const pattern18 = new RegExp("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "u");
const pattern19 = new RegExp("^[\\x20-\\x7e]*$", "u");
const pattern20 = new RegExp("^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$", "u");
const pattern24 = new RegExp("^(10\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|172\\.(1[6-9]|2[0-9]|3[01])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|192\\.168\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))\\.0/24$", "u");
const pattern25 = new RegExp("^[^\\x00-\\x20\\x7f-][^\\x00-\\x20\\x7f]*$", "u");
const pattern26 = new RegExp("^[^\\x00]*$", "u");
const pattern31 = new RegExp("^([0-9]+([.][0-9]+)?(ms|s|m|h))+$", "u");
const pattern32 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$", "u");
const pattern35 = new RegExp("^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="bottle" */;
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
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec")) || (key0 === "status"))){
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
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!(data0 === "bottled.dev/v1alpha1")){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/enum",keyword:"enum",params:{allowedValues: schema11.properties.apiVersion.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 !== "string"){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(data1 === "Bottle")){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema11.properties.kind.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data2){
if(!(func2.call(schema11.properties.metadata.properties, key1))){
const err10 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(func3(data3) > 63){
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(func3(data3) < 1){
const err12 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!pattern0.test(data3)){
const err13 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data2.namespace !== undefined){
let data4 = data2.namespace;
if(typeof data4 !== "string"){
const err15 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(!(data4 === "default")){
const err16 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/enum",keyword:"enum",params:{allowedValues: schema11.properties.metadata.properties.namespace.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data2.labels !== undefined){
let data5 = data2.labels;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(Object.keys(data5).length > 64){
const err17 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
for(const key2 in data5){
const _errs15 = errors;
if(typeof key2 === "string"){
if(func3(key2) > 317){
const err18 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/propertyNames/maxLength",keyword:"maxLength",params:{limit: 317},message:"must NOT have more than 317 characters",propertyName:key2};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(!pattern1.test(key2)){
const err19 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/propertyNames/pattern",keyword:"pattern",params:{pattern: "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"},message:"must match pattern \""+"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"+"\"",propertyName:key2};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
var valid2 = _errs15 === errors;
if(!valid2){
const err20 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
for(const key3 in data5){
let data6 = data5[key3];
if(typeof data6 === "string"){
if(func3(data6) > 63){
const err21 = {instancePath:instancePath+"/metadata/labels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/labels/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(!pattern2.test(data6)){
const err22 = {instancePath:instancePath+"/metadata/labels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/labels/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"},message:"must match pattern \""+"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"+"\""};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/metadata/labels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err24 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data2.annotations !== undefined){
let data7 = data2.annotations;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(Object.keys(data7).length > 64){
const err25 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
for(const key4 in data7){
const _errs21 = errors;
if(typeof key4 === "string"){
if(func3(key4) > 317){
const err26 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/propertyNames/maxLength",keyword:"maxLength",params:{limit: 317},message:"must NOT have more than 317 characters",propertyName:key4};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(!pattern1.test(key4)){
const err27 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/propertyNames/pattern",keyword:"pattern",params:{pattern: "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"},message:"must match pattern \""+"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"+"\"",propertyName:key4};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
var valid4 = _errs21 === errors;
if(!valid4){
const err28 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/propertyNames",keyword:"propertyNames",params:{propertyName: key4},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
for(const key5 in data7){
let data8 = data7[key5];
if(typeof data8 === "string"){
if(func3(data8) > 32768){
const err29 = {instancePath:instancePath+"/metadata/annotations/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/annotations/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 32768},message:"must NOT have more than 32768 characters"};
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
const err30 = {instancePath:instancePath+"/metadata/annotations/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.spec !== undefined){
let data9 = data.spec;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.agent === undefined){
const err33 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "agent"},message:"must have required property '"+"agent"+"'"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key6 in data9){
if(!(func2.call(schema11.properties.spec.properties, key6))){
const err34 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data9.agent !== undefined){
let data10 = data9.agent;
if(typeof data10 === "string"){
if(func3(data10) > 128){
const err35 = {instancePath:instancePath+"/spec/agent",schemaPath:"#/properties/spec/properties/agent/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(func3(data10) < 1){
const err36 = {instancePath:instancePath+"/spec/agent",schemaPath:"#/properties/spec/properties/agent/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(!pattern4.test(data10)){
const err37 = {instancePath:instancePath+"/spec/agent",schemaPath:"#/properties/spec/properties/agent/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$"+"\""};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/spec/agent",schemaPath:"#/properties/spec/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data9.identity !== undefined){
let data11 = data9.identity;
if(typeof data11 === "string"){
if(func3(data11) > 48){
const err39 = {instancePath:instancePath+"/spec/identity",schemaPath:"#/properties/spec/properties/identity/maxLength",keyword:"maxLength",params:{limit: 48},message:"must NOT have more than 48 characters"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(func3(data11) < 1){
const err40 = {instancePath:instancePath+"/spec/identity",schemaPath:"#/properties/spec/properties/identity/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(!pattern5.test(data11)){
const err41 = {instancePath:instancePath+"/spec/identity",schemaPath:"#/properties/spec/properties/identity/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]+(-[a-z0-9]+)*$"},message:"must match pattern \""+"^[a-z0-9]+(-[a-z0-9]+)*$"+"\""};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/spec/identity",schemaPath:"#/properties/spec/properties/identity/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data9.suspend !== undefined){
if(typeof data9.suspend !== "boolean"){
const err43 = {instancePath:instancePath+"/spec/suspend",schemaPath:"#/properties/spec/properties/suspend/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data9.deletionPolicy !== undefined){
let data13 = data9.deletionPolicy;
if(typeof data13 !== "string"){
const err44 = {instancePath:instancePath+"/spec/deletionPolicy",schemaPath:"#/properties/spec/properties/deletionPolicy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(!((data13 === "Delete") || (data13 === "Retain"))){
const err45 = {instancePath:instancePath+"/spec/deletionPolicy",schemaPath:"#/properties/spec/properties/deletionPolicy/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.deletionPolicy.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data9.workspace !== undefined){
let data14 = data9.workspace;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
for(const key7 in data14){
if(!(((key7 === "path") || (key7 === "mode")) || (key7 === "guestPath"))){
const err46 = {instancePath:instancePath+"/spec/workspace",schemaPath:"#/properties/spec/properties/workspace/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data14.path !== undefined){
let data15 = data14.path;
if(typeof data15 === "string"){
if(func3(data15) > 1024){
const err47 = {instancePath:instancePath+"/spec/workspace/path",schemaPath:"#/properties/spec/properties/workspace/properties/path/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(func3(data15) < 1){
const err48 = {instancePath:instancePath+"/spec/workspace/path",schemaPath:"#/properties/spec/properties/workspace/properties/path/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(!pattern6.test(data15)){
const err49 = {instancePath:instancePath+"/spec/workspace/path",schemaPath:"#/properties/spec/properties/workspace/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/spec/workspace/path",schemaPath:"#/properties/spec/properties/workspace/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data14.mode !== undefined){
let data16 = data14.mode;
if(typeof data16 !== "string"){
const err51 = {instancePath:instancePath+"/spec/workspace/mode",schemaPath:"#/properties/spec/properties/workspace/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(!((data16 === "copy") || (data16 === "mount"))){
const err52 = {instancePath:instancePath+"/spec/workspace/mode",schemaPath:"#/properties/spec/properties/workspace/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.workspace.properties.mode.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data14.guestPath !== undefined){
let data17 = data14.guestPath;
if(typeof data17 === "string"){
if(func3(data17) > 1024){
const err53 = {instancePath:instancePath+"/spec/workspace/guestPath",schemaPath:"#/properties/spec/properties/workspace/properties/guestPath/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(!pattern7.test(data17)){
const err54 = {instancePath:instancePath+"/spec/workspace/guestPath",schemaPath:"#/properties/spec/properties/workspace/properties/guestPath/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f:]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f:]*$"+"\""};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/spec/workspace/guestPath",schemaPath:"#/properties/spec/properties/workspace/properties/guestPath/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/spec/workspace",schemaPath:"#/properties/spec/properties/workspace/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data9.env !== undefined){
let data18 = data9.env;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
if(Object.keys(data18).length > 128){
const err57 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/maxProperties",keyword:"maxProperties",params:{limit: 128},message:"must NOT have more than 128 properties"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
for(const key8 in data18){
const _errs47 = errors;
if(typeof key8 === "string"){
if(func3(key8) > 128){
const err58 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/propertyNames/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",propertyName:key8};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if(!pattern8.test(key8)){
const err59 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",propertyName:key8};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
var valid8 = _errs47 === errors;
if(!valid8){
const err60 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/propertyNames",keyword:"propertyNames",params:{propertyName: key8},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
for(const key9 in data18){
let data19 = data18[key9];
if(typeof data19 === "string"){
if(func3(data19) > 8192){
const err61 = {instancePath:instancePath+"/spec/env/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/env/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 8192},message:"must NOT have more than 8192 characters"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(!pattern9.test(data19)){
const err62 = {instancePath:instancePath+"/spec/env/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/env/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"},message:"must match pattern \""+"^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"+"\""};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/spec/env/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/env/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data9.secrets !== undefined){
let data20 = data9.secrets;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(Object.keys(data20).length > 64){
const err65 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
for(const key10 in data20){
const _errs53 = errors;
if(typeof key10 === "string"){
if(func3(key10) > 128){
const err66 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/propertyNames/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",propertyName:key10};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(!pattern8.test(key10)){
const err67 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",propertyName:key10};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
var valid10 = _errs53 === errors;
if(!valid10){
const err68 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/propertyNames",keyword:"propertyNames",params:{propertyName: key10},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
for(const key11 in data20){
let data21 = data20[key11];
const _errs57 = errors;
let valid12 = false;
let passing0 = null;
const _errs58 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.fromEnv === undefined){
const err69 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/secrets/additionalProperties/oneOf/0/required",keyword:"required",params:{missingProperty: "fromEnv"},message:"must have required property '"+"fromEnv"+"'"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
var _valid0 = _errs58 === errors;
if(_valid0){
valid12 = true;
passing0 = 0;
}
const _errs59 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.fromFile === undefined){
const err70 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/secrets/additionalProperties/oneOf/1/required",keyword:"required",params:{missingProperty: "fromFile"},message:"must have required property '"+"fromFile"+"'"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
var _valid0 = _errs59 === errors;
if(_valid0 && valid12){
valid12 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid12 = true;
passing0 = 1;
}
}
if(!valid12){
const err71 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/secrets/additionalProperties/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
else {
errors = _errs57;
if(vErrors !== null){
if(_errs57){
vErrors.length = _errs57;
}
else {
vErrors = null;
}
}
}
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
for(const key12 in data21){
if(!(((key12 === "fromEnv") || (key12 === "fromFile")) || (key12 === "deliver"))){
const err72 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/secrets/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data21.fromEnv !== undefined){
let data22 = data21.fromEnv;
if(typeof data22 === "string"){
if(func3(data22) > 128){
const err73 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromEnv",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromEnv/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(func3(data22) < 1){
const err74 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromEnv",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromEnv/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
if(!pattern8.test(data22)){
const err75 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromEnv",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromEnv/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
else {
const err76 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromEnv",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromEnv/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data21.fromFile !== undefined){
let data23 = data21.fromFile;
if(typeof data23 === "string"){
if(func3(data23) > 1024){
const err77 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromFile",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromFile/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if(func3(data23) < 1){
const err78 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromFile",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromFile/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(!pattern6.test(data23)){
const err79 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromFile",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromFile/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f]+$"+"\""};
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
const err80 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/fromFile",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/fromFile/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data21.deliver !== undefined){
let data24 = data21.deliver;
if(typeof data24 !== "string"){
const err81 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/deliver",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/deliver/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(!((data24 === "guest") || (data24 === "proxy"))){
const err82 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/deliver",schemaPath:"#/properties/spec/properties/secrets/additionalProperties/properties/deliver/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.secrets.additionalProperties.properties.deliver.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
else {
const err83 = {instancePath:instancePath+"/spec/secrets/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/secrets/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err84 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data9.egress !== undefined){
let data25 = data9.egress;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
for(const key13 in data25){
if(!((((key13 === "mode") || (key13 === "presets")) || (key13 === "allow")) || (key13 === "deny"))){
const err85 = {instancePath:instancePath+"/spec/egress",schemaPath:"#/properties/spec/properties/egress/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data25.mode !== undefined){
let data26 = data25.mode;
if(typeof data26 !== "string"){
const err86 = {instancePath:instancePath+"/spec/egress/mode",schemaPath:"#/properties/spec/properties/egress/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if(!((data26 === "enforce") || (data26 === "audit"))){
const err87 = {instancePath:instancePath+"/spec/egress/mode",schemaPath:"#/properties/spec/properties/egress/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.egress.properties.mode.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data25.presets !== undefined){
let data27 = data25.presets;
if(Array.isArray(data27)){
if(data27.length > 32){
const err88 = {instancePath:instancePath+"/spec/egress/presets",schemaPath:"#/properties/spec/properties/egress/properties/presets/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
const len0 = data27.length;
for(let i0=0; i0<len0; i0++){
let data28 = data27[i0];
if(typeof data28 === "string"){
if(func3(data28) > 63){
const err89 = {instancePath:instancePath+"/spec/egress/presets/" + i0,schemaPath:"#/properties/spec/properties/egress/properties/presets/items/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(!pattern0.test(data28)){
const err90 = {instancePath:instancePath+"/spec/egress/presets/" + i0,schemaPath:"#/properties/spec/properties/egress/properties/presets/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"+"\""};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
else {
const err91 = {instancePath:instancePath+"/spec/egress/presets/" + i0,schemaPath:"#/properties/spec/properties/egress/properties/presets/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
let i1 = data27.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data27[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err92 = {instancePath:instancePath+"/spec/egress/presets",schemaPath:"#/properties/spec/properties/egress/properties/presets/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err93 = {instancePath:instancePath+"/spec/egress/presets",schemaPath:"#/properties/spec/properties/egress/properties/presets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data25.allow !== undefined){
let data29 = data25.allow;
if(Array.isArray(data29)){
if(data29.length > 256){
const err94 = {instancePath:instancePath+"/spec/egress/allow",schemaPath:"#/properties/spec/properties/egress/properties/allow/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
const len1 = data29.length;
for(let i2=0; i2<len1; i2++){
let data30 = data29[i2];
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if(data30.host === undefined){
const err95 = {instancePath:instancePath+"/spec/egress/allow/" + i2,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
for(const key14 in data30){
if(!(func2.call(schema11.properties.spec.properties.egress.properties.allow.items.properties, key14))){
const err96 = {instancePath:instancePath+"/spec/egress/allow/" + i2,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data30.host !== undefined){
let data31 = data30.host;
if(typeof data31 === "string"){
if(func3(data31) > 255){
const err97 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/host",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(func3(data31) < 1){
const err98 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/host",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(!pattern14.test(data31)){
const err99 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/host",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
else {
const err100 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/host",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data30.ports !== undefined){
let data32 = data30.ports;
if(Array.isArray(data32)){
if(data32.length > 64){
const err101 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
const len2 = data32.length;
for(let i3=0; i3<len2; i3++){
let data33 = data32[i3];
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err102 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 65535 || isNaN(data33)){
const err103 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if(data33 < 1 || isNaN(data33)){
const err104 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports/" + i3,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
}
let i4 = data32.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data32[i4];
if(!(((typeof item1 == "number") && (!(item1 % 1) && !isNaN(item1))) && (isFinite(item1)))){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err105 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err106 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data30.methods !== undefined){
let data34 = data30.methods;
if(Array.isArray(data34)){
if(data34.length > 16){
const err107 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
const len3 = data34.length;
for(let i5=0; i5<len3; i5++){
let data35 = data34[i5];
if(typeof data35 === "string"){
if(func3(data35) > 32){
const err108 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(!pattern15.test(data35)){
const err109 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
else {
const err110 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods/" + i5,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
let i6 = data34.length;
let j2;
if(i6 > 1){
const indices2 = {};
for(;i6--;){
let item2 = data34[i6];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err111 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i6+" are identical)"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
break;
}
indices2[item2] = i6;
}
}
}
else {
const err112 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data30.paths !== undefined){
let data36 = data30.paths;
if(Array.isArray(data36)){
if(data36.length > 64){
const err113 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
const len4 = data36.length;
for(let i7=0; i7<len4; i7++){
let data37 = data36[i7];
if(typeof data37 === "string"){
if(func3(data37) > 512){
const err114 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if(!pattern16.test(data37)){
const err115 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
else {
const err116 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths/" + i7,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
let i8 = data36.length;
let j3;
if(i8 > 1){
const indices3 = {};
for(;i8--;){
let item3 = data36[i8];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err117 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i8, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i8+" are identical)"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
break;
}
indices3[item3] = i8;
}
}
}
else {
const err118 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
if(data30.credential !== undefined){
let data38 = data30.credential;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if(data38.secret === undefined){
const err119 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "secret"},message:"must have required property '"+"secret"+"'"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
if(data38.header === undefined){
const err120 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/required",keyword:"required",params:{missingProperty: "header"},message:"must have required property '"+"header"+"'"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
for(const key15 in data38){
if(!(((key15 === "secret") || (key15 === "header")) || (key15 === "format"))){
const err121 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
if(data38.secret !== undefined){
let data39 = data38.secret;
if(typeof data39 === "string"){
if(func3(data39) > 128){
const err122 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/secret",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/secret/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
if(func3(data39) < 1){
const err123 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/secret",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/secret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
if(!pattern8.test(data39)){
const err124 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/secret",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/secret/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\""};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
else {
const err125 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/secret",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/secret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
if(data38.header !== undefined){
let data40 = data38.header;
if(typeof data40 === "string"){
if(func3(data40) > 64){
const err126 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/header",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/header/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
if(func3(data40) < 1){
const err127 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/header",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/header/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
if(!pattern18.test(data40)){
const err128 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/header",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/header/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"},message:"must match pattern \""+"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"+"\""};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
else {
const err129 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/header",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/header/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
if(data38.format !== undefined){
let data41 = data38.format;
if(typeof data41 === "string"){
if(func3(data41) > 256){
const err130 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/format",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/format/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
if(!pattern19.test(data41)){
const err131 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/format",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/format/pattern",keyword:"pattern",params:{pattern: "^[\\x20-\\x7e]*$"},message:"must match pattern \""+"^[\\x20-\\x7e]*$"+"\""};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
else {
const err132 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential/format",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/properties/format/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
}
else {
const err133 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/credential",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/credential/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
if(data30.push !== undefined){
if(typeof data30.push !== "boolean"){
const err134 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/push",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/push/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data30.tls !== undefined){
let data43 = data30.tls;
if(typeof data43 !== "string"){
const err135 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/tls",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/tls/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
if(!((data43 === "terminate") || (data43 === "passthrough"))){
const err136 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/tls",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/tls/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.egress.properties.allow.items.properties.tls.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data30.websocket !== undefined){
if(typeof data30.websocket !== "boolean"){
const err137 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/websocket",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/websocket/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data30.private !== undefined){
if(typeof data30.private !== "boolean"){
const err138 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/private",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/private/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
if(data30.until !== undefined){
let data46 = data30.until;
if(typeof data46 === "string"){
if(func3(data46) > 40){
const err139 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/until",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/until/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
if(!pattern20.test(data46)){
const err140 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/until",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/until/pattern",keyword:"pattern",params:{pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"},message:"must match pattern \""+"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"+"\""};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
else {
const err141 = {instancePath:instancePath+"/spec/egress/allow/" + i2+"/until",schemaPath:"#/properties/spec/properties/egress/properties/allow/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
}
else {
const err142 = {instancePath:instancePath+"/spec/egress/allow/" + i2,schemaPath:"#/properties/spec/properties/egress/properties/allow/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
}
else {
const err143 = {instancePath:instancePath+"/spec/egress/allow",schemaPath:"#/properties/spec/properties/egress/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data25.deny !== undefined){
let data47 = data25.deny;
if(Array.isArray(data47)){
if(data47.length > 256){
const err144 = {instancePath:instancePath+"/spec/egress/deny",schemaPath:"#/properties/spec/properties/egress/properties/deny/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
const len5 = data47.length;
for(let i9=0; i9<len5; i9++){
let data48 = data47[i9];
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if(data48.host === undefined){
const err145 = {instancePath:instancePath+"/spec/egress/deny/" + i9,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/required",keyword:"required",params:{missingProperty: "host"},message:"must have required property '"+"host"+"'"};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
for(const key16 in data48){
if(!((((key16 === "host") || (key16 === "ports")) || (key16 === "methods")) || (key16 === "paths"))){
const err146 = {instancePath:instancePath+"/spec/egress/deny/" + i9,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
if(data48.host !== undefined){
let data49 = data48.host;
if(typeof data49 === "string"){
if(func3(data49) > 255){
const err147 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/host",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/host/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if(func3(data49) < 1){
const err148 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/host",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/host/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
if(!pattern14.test(data49)){
const err149 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/host",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/host/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
else {
const err150 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/host",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
if(data48.ports !== undefined){
let data50 = data48.ports;
if(Array.isArray(data50)){
if(data50.length > 64){
const err151 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
const len6 = data50.length;
for(let i10=0; i10<len6; i10++){
let data51 = data50[i10];
if(!(((typeof data51 == "number") && (!(data51 % 1) && !isNaN(data51))) && (isFinite(data51)))){
const err152 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
if((typeof data51 == "number") && (isFinite(data51))){
if(data51 > 65535 || isNaN(data51)){
const err153 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
if(data51 < 1 || isNaN(data51)){
const err154 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports/" + i10,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
}
let i11 = data50.length;
let j4;
if(i11 > 1){
const indices4 = {};
for(;i11--;){
let item4 = data50[i11];
if(!(((typeof item4 == "number") && (!(item4 % 1) && !isNaN(item4))) && (isFinite(item4)))){
continue;
}
if(typeof indices4[item4] == "number"){
j4 = indices4[item4];
const err155 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/uniqueItems",keyword:"uniqueItems",params:{i: i11, j: j4},message:"must NOT have duplicate items (items ## "+j4+" and "+i11+" are identical)"};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
break;
}
indices4[item4] = i11;
}
}
}
else {
const err156 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/ports",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/ports/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data48.methods !== undefined){
let data52 = data48.methods;
if(Array.isArray(data52)){
if(data52.length > 16){
const err157 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
const len7 = data52.length;
for(let i12=0; i12<len7; i12++){
let data53 = data52[i12];
if(typeof data53 === "string"){
if(func3(data53) > 32){
const err158 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/items/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
if(!pattern15.test(data53)){
const err159 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/items/pattern",keyword:"pattern",params:{pattern: "^[A-Z][A-Z0-9_-]*$"},message:"must match pattern \""+"^[A-Z][A-Z0-9_-]*$"+"\""};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
else {
const err160 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods/" + i12,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
let i13 = data52.length;
let j5;
if(i13 > 1){
const indices5 = {};
for(;i13--;){
let item5 = data52[i13];
if(typeof item5 !== "string"){
continue;
}
if(typeof indices5[item5] == "number"){
j5 = indices5[item5];
const err161 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/uniqueItems",keyword:"uniqueItems",params:{i: i13, j: j5},message:"must NOT have duplicate items (items ## "+j5+" and "+i13+" are identical)"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
break;
}
indices5[item5] = i13;
}
}
}
else {
const err162 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/methods",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/methods/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
if(data48.paths !== undefined){
let data54 = data48.paths;
if(Array.isArray(data54)){
if(data54.length > 64){
const err163 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
const len8 = data54.length;
for(let i14=0; i14<len8; i14++){
let data55 = data54[i14];
if(typeof data55 === "string"){
if(func3(data55) > 512){
const err164 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/items/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if(!pattern16.test(data55)){
const err165 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
else {
const err166 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths/" + i14,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
let i15 = data54.length;
let j6;
if(i15 > 1){
const indices6 = {};
for(;i15--;){
let item6 = data54[i15];
if(typeof item6 !== "string"){
continue;
}
if(typeof indices6[item6] == "number"){
j6 = indices6[item6];
const err167 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/uniqueItems",keyword:"uniqueItems",params:{i: i15, j: j6},message:"must NOT have duplicate items (items ## "+j6+" and "+i15+" are identical)"};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
break;
}
indices6[item6] = i15;
}
}
}
else {
const err168 = {instancePath:instancePath+"/spec/egress/deny/" + i9+"/paths",schemaPath:"#/properties/spec/properties/egress/properties/deny/items/properties/paths/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
}
else {
const err169 = {instancePath:instancePath+"/spec/egress/deny/" + i9,schemaPath:"#/properties/spec/properties/egress/properties/deny/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
}
else {
const err170 = {instancePath:instancePath+"/spec/egress/deny",schemaPath:"#/properties/spec/properties/egress/properties/deny/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
}
else {
const err171 = {instancePath:instancePath+"/spec/egress",schemaPath:"#/properties/spec/properties/egress/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
if(data9.git !== undefined){
if(typeof data9.git !== "boolean"){
const err172 = {instancePath:instancePath+"/spec/git",schemaPath:"#/properties/spec/properties/git/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
if(data9.supervise !== undefined){
if(typeof data9.supervise !== "boolean"){
const err173 = {instancePath:instancePath+"/spec/supervise",schemaPath:"#/properties/spec/properties/supervise/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data9.network !== undefined){
let data58 = data9.network;
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
for(const key17 in data58){
if(!(key17 === "subnet")){
const err174 = {instancePath:instancePath+"/spec/network",schemaPath:"#/properties/spec/properties/network/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data58.subnet !== undefined){
let data59 = data58.subnet;
if(typeof data59 === "string"){
if(func3(data59) > 18){
const err175 = {instancePath:instancePath+"/spec/network/subnet",schemaPath:"#/properties/spec/properties/network/properties/subnet/maxLength",keyword:"maxLength",params:{limit: 18},message:"must NOT have more than 18 characters"};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
if(!pattern24.test(data59)){
const err176 = {instancePath:instancePath+"/spec/network/subnet",schemaPath:"#/properties/spec/properties/network/properties/subnet/pattern",keyword:"pattern",params:{pattern: "^(10\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|172\\.(1[6-9]|2[0-9]|3[01])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|192\\.168\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))\\.0/24$"},message:"must match pattern \""+"^(10\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|172\\.(1[6-9]|2[0-9]|3[01])\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])|192\\.168\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]))\\.0/24$"+"\""};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
else {
const err177 = {instancePath:instancePath+"/spec/network/subnet",schemaPath:"#/properties/spec/properties/network/properties/subnet/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
}
else {
const err178 = {instancePath:instancePath+"/spec/network",schemaPath:"#/properties/spec/properties/network/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
if(data9.bundle !== undefined){
let data60 = data9.bundle;
if(data60 && typeof data60 == "object" && !Array.isArray(data60)){
for(const key18 in data60){
if(!(func2.call(schema11.properties.spec.properties.bundle.properties, key18))){
const err179 = {instancePath:instancePath+"/spec/bundle",schemaPath:"#/properties/spec/properties/bundle/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
if(data60.image !== undefined){
let data61 = data60.image;
if(typeof data61 === "string"){
if(func3(data61) > 512){
const err180 = {instancePath:instancePath+"/spec/bundle/image",schemaPath:"#/properties/spec/properties/bundle/properties/image/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
if(func3(data61) < 1){
const err181 = {instancePath:instancePath+"/spec/bundle/image",schemaPath:"#/properties/spec/properties/bundle/properties/image/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
if(!pattern25.test(data61)){
const err182 = {instancePath:instancePath+"/spec/bundle/image",schemaPath:"#/properties/spec/properties/bundle/properties/image/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x20\\x7f-][^\\x00-\\x20\\x7f]*$"},message:"must match pattern \""+"^[^\\x00-\\x20\\x7f-][^\\x00-\\x20\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
else {
const err183 = {instancePath:instancePath+"/spec/bundle/image",schemaPath:"#/properties/spec/properties/bundle/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
if(data60.command !== undefined){
let data62 = data60.command;
if(Array.isArray(data62)){
if(data62.length > 128){
const err184 = {instancePath:instancePath+"/spec/bundle/command",schemaPath:"#/properties/spec/properties/bundle/properties/command/maxItems",keyword:"maxItems",params:{limit: 128},message:"must NOT have more than 128 items"};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
const len9 = data62.length;
for(let i16=0; i16<len9; i16++){
let data63 = data62[i16];
if(typeof data63 === "string"){
if(func3(data63) > 4096){
const err185 = {instancePath:instancePath+"/spec/bundle/command/" + i16,schemaPath:"#/properties/spec/properties/bundle/properties/command/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
if(!pattern26.test(data63)){
const err186 = {instancePath:instancePath+"/spec/bundle/command/" + i16,schemaPath:"#/properties/spec/properties/bundle/properties/command/items/pattern",keyword:"pattern",params:{pattern: "^[^\\x00]*$"},message:"must match pattern \""+"^[^\\x00]*$"+"\""};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
else {
const err187 = {instancePath:instancePath+"/spec/bundle/command/" + i16,schemaPath:"#/properties/spec/properties/bundle/properties/command/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
}
else {
const err188 = {instancePath:instancePath+"/spec/bundle/command",schemaPath:"#/properties/spec/properties/bundle/properties/command/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data60.env !== undefined){
let data64 = data60.env;
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
if(Object.keys(data64).length > 128){
const err189 = {instancePath:instancePath+"/spec/bundle/env",schemaPath:"#/properties/spec/properties/bundle/properties/env/maxProperties",keyword:"maxProperties",params:{limit: 128},message:"must NOT have more than 128 properties"};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
for(const key19 in data64){
const _errs153 = errors;
if(typeof key19 === "string"){
if(func3(key19) > 128){
const err190 = {instancePath:instancePath+"/spec/bundle/env",schemaPath:"#/properties/spec/properties/bundle/properties/env/propertyNames/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",propertyName:key19};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
if(!pattern8.test(key19)){
const err191 = {instancePath:instancePath+"/spec/bundle/env",schemaPath:"#/properties/spec/properties/bundle/properties/env/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]*$"+"\"",propertyName:key19};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
var valid47 = _errs153 === errors;
if(!valid47){
const err192 = {instancePath:instancePath+"/spec/bundle/env",schemaPath:"#/properties/spec/properties/bundle/properties/env/propertyNames",keyword:"propertyNames",params:{propertyName: key19},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
for(const key20 in data64){
let data65 = data64[key20];
if(typeof data65 === "string"){
if(func3(data65) > 8192){
const err193 = {instancePath:instancePath+"/spec/bundle/env/" + key20.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/bundle/properties/env/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 8192},message:"must NOT have more than 8192 characters"};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
if(!pattern9.test(data65)){
const err194 = {instancePath:instancePath+"/spec/bundle/env/" + key20.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/bundle/properties/env/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"},message:"must match pattern \""+"^([^\\x00\\t-\\r\\x85\\p{Z}]([^\\x00\\n]*[^\\x00\\t-\\r\\x85\\p{Z}])?)?$"+"\""};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
else {
const err195 = {instancePath:instancePath+"/spec/bundle/env/" + key20.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/bundle/properties/env/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
}
}
else {
const err196 = {instancePath:instancePath+"/spec/bundle/env",schemaPath:"#/properties/spec/properties/bundle/properties/env/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
if(data60.mounts !== undefined){
let data66 = data60.mounts;
if(Array.isArray(data66)){
if(data66.length > 32){
const err197 = {instancePath:instancePath+"/spec/bundle/mounts",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
const len10 = data66.length;
for(let i17=0; i17<len10; i17++){
let data67 = data66[i17];
if(data67 && typeof data67 == "object" && !Array.isArray(data67)){
if(data67.source === undefined){
const err198 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17,schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/required",keyword:"required",params:{missingProperty: "source"},message:"must have required property '"+"source"+"'"};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
if(data67.target === undefined){
const err199 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17,schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/required",keyword:"required",params:{missingProperty: "target"},message:"must have required property '"+"target"+"'"};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
for(const key21 in data67){
if(!(((key21 === "source") || (key21 === "target")) || (key21 === "readOnly"))){
const err200 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17,schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
if(data67.source !== undefined){
let data68 = data67.source;
if(typeof data68 === "string"){
if(func3(data68) > 1024){
const err201 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/source",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
if(func3(data68) < 1){
const err202 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/source",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
if(!pattern6.test(data68)){
const err203 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/source",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/source/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
}
else {
const err204 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/source",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
if(data67.target !== undefined){
let data69 = data67.target;
if(typeof data69 === "string"){
if(func3(data69) > 1024){
const err205 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/target",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/target/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
if(!pattern7.test(data69)){
const err206 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/target",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/target/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f:]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f:]*$"+"\""};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
else {
const err207 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/target",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/target/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
if(data67.readOnly !== undefined){
if(typeof data67.readOnly !== "boolean"){
const err208 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17+"/readOnly",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/properties/readOnly/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
}
else {
const err209 = {instancePath:instancePath+"/spec/bundle/mounts/" + i17,schemaPath:"#/properties/spec/properties/bundle/properties/mounts/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
}
else {
const err210 = {instancePath:instancePath+"/spec/bundle/mounts",schemaPath:"#/properties/spec/properties/bundle/properties/mounts/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data60.resources !== undefined){
let data71 = data60.resources;
if(data71 && typeof data71 == "object" && !Array.isArray(data71)){
for(const key22 in data71){
if(!(((key22 === "memory") || (key22 === "cpus")) || (key22 === "pids"))){
const err211 = {instancePath:instancePath+"/spec/bundle/resources",schemaPath:"#/properties/spec/properties/bundle/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
if(data71.memory !== undefined){
let data72 = data71.memory;
if(!(((typeof data72 == "number") && (!(data72 % 1) && !isNaN(data72))) && (isFinite(data72)))){
const err212 = {instancePath:instancePath+"/spec/bundle/resources/memory",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/memory/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if((typeof data72 == "number") && (isFinite(data72))){
if(data72 > 16777216 || isNaN(data72)){
const err213 = {instancePath:instancePath+"/spec/bundle/resources/memory",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/memory/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
if(data72 < 6 || isNaN(data72)){
const err214 = {instancePath:instancePath+"/spec/bundle/resources/memory",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/memory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 6},message:"must be >= 6"};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
}
if(data71.cpus !== undefined){
let data73 = data71.cpus;
if((typeof data73 == "number") && (isFinite(data73))){
if(data73 > 1024 || isNaN(data73)){
const err215 = {instancePath:instancePath+"/spec/bundle/resources/cpus",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/cpus/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024},message:"must be <= 1024"};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
if(data73 < 0.01 || isNaN(data73)){
const err216 = {instancePath:instancePath+"/spec/bundle/resources/cpus",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/cpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},message:"must be >= 0.01"};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
else {
const err217 = {instancePath:instancePath+"/spec/bundle/resources/cpus",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/cpus/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
if(data71.pids !== undefined){
let data74 = data71.pids;
if(!(((typeof data74 == "number") && (!(data74 % 1) && !isNaN(data74))) && (isFinite(data74)))){
const err218 = {instancePath:instancePath+"/spec/bundle/resources/pids",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/pids/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
if((typeof data74 == "number") && (isFinite(data74))){
if(data74 > 4194304 || isNaN(data74)){
const err219 = {instancePath:instancePath+"/spec/bundle/resources/pids",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/pids/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4194304},message:"must be <= 4194304"};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
if(data74 < 1 || isNaN(data74)){
const err220 = {instancePath:instancePath+"/spec/bundle/resources/pids",schemaPath:"#/properties/spec/properties/bundle/properties/resources/properties/pids/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
}
}
else {
const err221 = {instancePath:instancePath+"/spec/bundle/resources",schemaPath:"#/properties/spec/properties/bundle/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
if(data60.pullPolicy !== undefined){
let data75 = data60.pullPolicy;
if(typeof data75 !== "string"){
const err222 = {instancePath:instancePath+"/spec/bundle/pullPolicy",schemaPath:"#/properties/spec/properties/bundle/properties/pullPolicy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
if(!(((data75 === "IfNotPresent") || (data75 === "Always")) || (data75 === "Never"))){
const err223 = {instancePath:instancePath+"/spec/bundle/pullPolicy",schemaPath:"#/properties/spec/properties/bundle/properties/pullPolicy/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.bundle.properties.pullPolicy.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
if(data60.startTimeout !== undefined){
let data76 = data60.startTimeout;
if(typeof data76 === "string"){
if(func3(data76) > 32){
const err224 = {instancePath:instancePath+"/spec/bundle/startTimeout",schemaPath:"#/properties/spec/properties/bundle/properties/startTimeout/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
if(!pattern31.test(data76)){
const err225 = {instancePath:instancePath+"/spec/bundle/startTimeout",schemaPath:"#/properties/spec/properties/bundle/properties/startTimeout/pattern",keyword:"pattern",params:{pattern: "^([0-9]+([.][0-9]+)?(ms|s|m|h))+$"},message:"must match pattern \""+"^([0-9]+([.][0-9]+)?(ms|s|m|h))+$"+"\""};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
}
else {
const err226 = {instancePath:instancePath+"/spec/bundle/startTimeout",schemaPath:"#/properties/spec/properties/bundle/properties/startTimeout/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
}
if(data60.user !== undefined){
let data77 = data60.user;
if(typeof data77 === "string"){
if(func3(data77) > 64){
const err227 = {instancePath:instancePath+"/spec/bundle/user",schemaPath:"#/properties/spec/properties/bundle/properties/user/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
if(func3(data77) < 1){
const err228 = {instancePath:instancePath+"/spec/bundle/user",schemaPath:"#/properties/spec/properties/bundle/properties/user/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
if(!pattern32.test(data77)){
const err229 = {instancePath:instancePath+"/spec/bundle/user",schemaPath:"#/properties/spec/properties/bundle/properties/user/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$"},message:"must match pattern \""+"^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$"+"\""};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
else {
const err230 = {instancePath:instancePath+"/spec/bundle/user",schemaPath:"#/properties/spec/properties/bundle/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
if(data60.readOnlyRoot !== undefined){
if(typeof data60.readOnlyRoot !== "boolean"){
const err231 = {instancePath:instancePath+"/spec/bundle/readOnlyRoot",schemaPath:"#/properties/spec/properties/bundle/properties/readOnlyRoot/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
if(data60.tmpfs !== undefined){
let data79 = data60.tmpfs;
if(Array.isArray(data79)){
if(data79.length > 16){
const err232 = {instancePath:instancePath+"/spec/bundle/tmpfs",schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
const len11 = data79.length;
for(let i18=0; i18<len11; i18++){
let data80 = data79[i18];
if(typeof data80 === "string"){
if(func3(data80) > 1024){
const err233 = {instancePath:instancePath+"/spec/bundle/tmpfs/" + i18,schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/items/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
if(!pattern7.test(data80)){
const err234 = {instancePath:instancePath+"/spec/bundle/tmpfs/" + i18,schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/items/pattern",keyword:"pattern",params:{pattern: "^/[^\\x00-\\x1f\\x7f:]*$"},message:"must match pattern \""+"^/[^\\x00-\\x1f\\x7f:]*$"+"\""};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
else {
const err235 = {instancePath:instancePath+"/spec/bundle/tmpfs/" + i18,schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
let i19 = data79.length;
let j7;
if(i19 > 1){
const indices7 = {};
for(;i19--;){
let item7 = data79[i19];
if(typeof item7 !== "string"){
continue;
}
if(typeof indices7[item7] == "number"){
j7 = indices7[item7];
const err236 = {instancePath:instancePath+"/spec/bundle/tmpfs",schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/uniqueItems",keyword:"uniqueItems",params:{i: i19, j: j7},message:"must NOT have duplicate items (items ## "+j7+" and "+i19+" are identical)"};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
break;
}
indices7[item7] = i19;
}
}
}
else {
const err237 = {instancePath:instancePath+"/spec/bundle/tmpfs",schemaPath:"#/properties/spec/properties/bundle/properties/tmpfs/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
}
else {
const err238 = {instancePath:instancePath+"/spec/bundle",schemaPath:"#/properties/spec/properties/bundle/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
}
if(data9.machine !== undefined){
let data81 = data9.machine;
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
for(const key23 in data81){
if(!(((((((key23 === "artifact") || (key23 === "image")) || (key23 === "command")) || (key23 === "cpus")) || (key23 === "memory")) || (key23 === "storage")) || (key23 === "updatePolicy"))){
const err239 = {instancePath:instancePath+"/spec/machine",schemaPath:"#/properties/spec/properties/machine/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key23},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
if(data81.artifact !== undefined){
let data82 = data81.artifact;
if(typeof data82 === "string"){
if(func3(data82) > 1024){
const err240 = {instancePath:instancePath+"/spec/machine/artifact",schemaPath:"#/properties/spec/properties/machine/properties/artifact/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
if(func3(data82) < 1){
const err241 = {instancePath:instancePath+"/spec/machine/artifact",schemaPath:"#/properties/spec/properties/machine/properties/artifact/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err241];
}
else {
vErrors.push(err241);
}
errors++;
}
if(!pattern6.test(data82)){
const err242 = {instancePath:instancePath+"/spec/machine/artifact",schemaPath:"#/properties/spec/properties/machine/properties/artifact/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f]+$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f]+$"+"\""};
if(vErrors === null){
vErrors = [err242];
}
else {
vErrors.push(err242);
}
errors++;
}
}
else {
const err243 = {instancePath:instancePath+"/spec/machine/artifact",schemaPath:"#/properties/spec/properties/machine/properties/artifact/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err243];
}
else {
vErrors.push(err243);
}
errors++;
}
}
if(data81.image !== undefined){
let data83 = data81.image;
if(typeof data83 === "string"){
if(func3(data83) > 1024){
const err244 = {instancePath:instancePath+"/spec/machine/image",schemaPath:"#/properties/spec/properties/machine/properties/image/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err244];
}
else {
vErrors.push(err244);
}
errors++;
}
if(func3(data83) < 1){
const err245 = {instancePath:instancePath+"/spec/machine/image",schemaPath:"#/properties/spec/properties/machine/properties/image/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err245];
}
else {
vErrors.push(err245);
}
errors++;
}
if(!pattern35.test(data83)){
const err246 = {instancePath:instancePath+"/spec/machine/image",schemaPath:"#/properties/spec/properties/machine/properties/image/pattern",keyword:"pattern",params:{pattern: "^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$"},message:"must match pattern \""+"^[^\\x00-\\x1f\\x7f-][^\\x00-\\x1f\\x7f]*$"+"\""};
if(vErrors === null){
vErrors = [err246];
}
else {
vErrors.push(err246);
}
errors++;
}
}
else {
const err247 = {instancePath:instancePath+"/spec/machine/image",schemaPath:"#/properties/spec/properties/machine/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err247];
}
else {
vErrors.push(err247);
}
errors++;
}
}
if(data81.command !== undefined){
let data84 = data81.command;
if(Array.isArray(data84)){
if(data84.length > 128){
const err248 = {instancePath:instancePath+"/spec/machine/command",schemaPath:"#/properties/spec/properties/machine/properties/command/maxItems",keyword:"maxItems",params:{limit: 128},message:"must NOT have more than 128 items"};
if(vErrors === null){
vErrors = [err248];
}
else {
vErrors.push(err248);
}
errors++;
}
const len12 = data84.length;
for(let i20=0; i20<len12; i20++){
let data85 = data84[i20];
if(typeof data85 === "string"){
if(func3(data85) > 4096){
const err249 = {instancePath:instancePath+"/spec/machine/command/" + i20,schemaPath:"#/properties/spec/properties/machine/properties/command/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters"};
if(vErrors === null){
vErrors = [err249];
}
else {
vErrors.push(err249);
}
errors++;
}
if(!pattern26.test(data85)){
const err250 = {instancePath:instancePath+"/spec/machine/command/" + i20,schemaPath:"#/properties/spec/properties/machine/properties/command/items/pattern",keyword:"pattern",params:{pattern: "^[^\\x00]*$"},message:"must match pattern \""+"^[^\\x00]*$"+"\""};
if(vErrors === null){
vErrors = [err250];
}
else {
vErrors.push(err250);
}
errors++;
}
}
else {
const err251 = {instancePath:instancePath+"/spec/machine/command/" + i20,schemaPath:"#/properties/spec/properties/machine/properties/command/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err251];
}
else {
vErrors.push(err251);
}
errors++;
}
}
}
else {
const err252 = {instancePath:instancePath+"/spec/machine/command",schemaPath:"#/properties/spec/properties/machine/properties/command/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err252];
}
else {
vErrors.push(err252);
}
errors++;
}
}
if(data81.cpus !== undefined){
let data86 = data81.cpus;
if(!(((typeof data86 == "number") && (!(data86 % 1) && !isNaN(data86))) && (isFinite(data86)))){
const err253 = {instancePath:instancePath+"/spec/machine/cpus",schemaPath:"#/properties/spec/properties/machine/properties/cpus/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err253];
}
else {
vErrors.push(err253);
}
errors++;
}
if((typeof data86 == "number") && (isFinite(data86))){
if(data86 > 255 || isNaN(data86)){
const err254 = {instancePath:instancePath+"/spec/machine/cpus",schemaPath:"#/properties/spec/properties/machine/properties/cpus/maximum",keyword:"maximum",params:{comparison: "<=", limit: 255},message:"must be <= 255"};
if(vErrors === null){
vErrors = [err254];
}
else {
vErrors.push(err254);
}
errors++;
}
if(data86 < 1 || isNaN(data86)){
const err255 = {instancePath:instancePath+"/spec/machine/cpus",schemaPath:"#/properties/spec/properties/machine/properties/cpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err255];
}
else {
vErrors.push(err255);
}
errors++;
}
}
}
if(data81.memory !== undefined){
let data87 = data81.memory;
if(!(((typeof data87 == "number") && (!(data87 % 1) && !isNaN(data87))) && (isFinite(data87)))){
const err256 = {instancePath:instancePath+"/spec/machine/memory",schemaPath:"#/properties/spec/properties/machine/properties/memory/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err256];
}
else {
vErrors.push(err256);
}
errors++;
}
if((typeof data87 == "number") && (isFinite(data87))){
if(data87 > 16777216 || isNaN(data87)){
const err257 = {instancePath:instancePath+"/spec/machine/memory",schemaPath:"#/properties/spec/properties/machine/properties/memory/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"};
if(vErrors === null){
vErrors = [err257];
}
else {
vErrors.push(err257);
}
errors++;
}
if(data87 < 64 || isNaN(data87)){
const err258 = {instancePath:instancePath+"/spec/machine/memory",schemaPath:"#/properties/spec/properties/machine/properties/memory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 64},message:"must be >= 64"};
if(vErrors === null){
vErrors = [err258];
}
else {
vErrors.push(err258);
}
errors++;
}
}
}
if(data81.storage !== undefined){
let data88 = data81.storage;
if(!(((typeof data88 == "number") && (!(data88 % 1) && !isNaN(data88))) && (isFinite(data88)))){
const err259 = {instancePath:instancePath+"/spec/machine/storage",schemaPath:"#/properties/spec/properties/machine/properties/storage/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err259];
}
else {
vErrors.push(err259);
}
errors++;
}
if((typeof data88 == "number") && (isFinite(data88))){
if(data88 > 65536 || isNaN(data88)){
const err260 = {instancePath:instancePath+"/spec/machine/storage",schemaPath:"#/properties/spec/properties/machine/properties/storage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"};
if(vErrors === null){
vErrors = [err260];
}
else {
vErrors.push(err260);
}
errors++;
}
if(data88 < 1 || isNaN(data88)){
const err261 = {instancePath:instancePath+"/spec/machine/storage",schemaPath:"#/properties/spec/properties/machine/properties/storage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err261];
}
else {
vErrors.push(err261);
}
errors++;
}
}
}
if(data81.updatePolicy !== undefined){
let data89 = data81.updatePolicy;
if(typeof data89 !== "string"){
const err262 = {instancePath:instancePath+"/spec/machine/updatePolicy",schemaPath:"#/properties/spec/properties/machine/properties/updatePolicy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err262];
}
else {
vErrors.push(err262);
}
errors++;
}
if(!((data89 === "Recreate") || (data89 === "OnDelete"))){
const err263 = {instancePath:instancePath+"/spec/machine/updatePolicy",schemaPath:"#/properties/spec/properties/machine/properties/updatePolicy/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.machine.properties.updatePolicy.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err263];
}
else {
vErrors.push(err263);
}
errors++;
}
}
}
else {
const err264 = {instancePath:instancePath+"/spec/machine",schemaPath:"#/properties/spec/properties/machine/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err264];
}
else {
vErrors.push(err264);
}
errors++;
}
}
}
else {
const err265 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err265];
}
else {
vErrors.push(err265);
}
errors++;
}
}
}
else {
const err266 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err266];
}
else {
vErrors.push(err266);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const validateStatus = validate11;
const schema12 = {"type":"object","additionalProperties":false,"properties":{"phase":{"type":"string","enum":["Pending","Provisioning","Ready","Degraded","Stalled","Suspended","Invalid","Terminating"]},"observedGeneration":{"type":"integer","minimum":0,"maximum":9007199254740991},"specHash":{"type":"string","maxLength":71,"pattern":"^sha256:[0-9a-f]{64}$"},"uid":{"type":"string","maxLength":64},"startedAt":{"type":"string","maxLength":40,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"},"simulated":{"type":"boolean"},"asks":{"type":"integer","minimum":1,"maximum":8},"network":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string","maxLength":128},"subnet":{"type":"string","maxLength":18},"gateway":{"type":"string","maxLength":15}}},"bundle":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string","maxLength":128},"id":{"type":"string","maxLength":64},"ip":{"type":"string","maxLength":15},"image":{"type":"string","maxLength":1024},"restarts":{"type":"integer","minimum":0,"maximum":9007199254740991}}},"machine":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string","maxLength":128},"state":{"type":"string","maxLength":32},"pid":{"type":"integer","minimum":1,"maximum":4194304}}},"conditions":{"type":"array","maxItems":32,"items":{"type":"object","additionalProperties":false,"required":["type","status","reason","message","observedGeneration","lastTransitionTime"],"properties":{"type":{"type":"string","minLength":1,"maxLength":316,"pattern":"^[A-Za-z][A-Za-z0-9]*$"},"status":{"type":"string","enum":["True","False","Unknown"]},"reason":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[A-Za-z][A-Za-z0-9_]*$"},"message":{"type":"string","maxLength":32768},"observedGeneration":{"type":"integer","minimum":0,"maximum":9007199254740991},"lastTransitionTime":{"type":"string","maxLength":40,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"}}}}},"$id":"status","required":["phase","observedGeneration","specHash","conditions"]};
const pattern37 = new RegExp("^sha256:[0-9a-f]{64}$", "u");
const pattern38 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$", "u");
const pattern39 = new RegExp("^[A-Za-z][A-Za-z0-9]*$", "u");
const pattern40 = new RegExp("^[A-Za-z][A-Za-z0-9_]*$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="status" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.phase === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "phase"},message:"must have required property '"+"phase"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.observedGeneration === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "observedGeneration"},message:"must have required property '"+"observedGeneration"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.specHash === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "specHash"},message:"must have required property '"+"specHash"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.conditions === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "conditions"},message:"must have required property '"+"conditions"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
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
if(data.phase !== undefined){
let data0 = data.phase;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!((((((((data0 === "Pending") || (data0 === "Provisioning")) || (data0 === "Ready")) || (data0 === "Degraded")) || (data0 === "Stalled")) || (data0 === "Suspended")) || (data0 === "Invalid")) || (data0 === "Terminating"))){
const err6 = {instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/enum",keyword:"enum",params:{allowedValues: schema12.properties.phase.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.observedGeneration !== undefined){
let data1 = data.observedGeneration;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err7 = {instancePath:instancePath+"/observedGeneration",schemaPath:"#/properties/observedGeneration/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 9007199254740991 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/observedGeneration",schemaPath:"#/properties/observedGeneration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err9 = {instancePath:instancePath+"/observedGeneration",schemaPath:"#/properties/observedGeneration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data.specHash !== undefined){
let data2 = data.specHash;
if(typeof data2 === "string"){
if(func3(data2) > 71){
const err10 = {instancePath:instancePath+"/specHash",schemaPath:"#/properties/specHash/maxLength",keyword:"maxLength",params:{limit: 71},message:"must NOT have more than 71 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!pattern37.test(data2)){
const err11 = {instancePath:instancePath+"/specHash",schemaPath:"#/properties/specHash/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"},message:"must match pattern \""+"^sha256:[0-9a-f]{64}$"+"\""};
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
const err12 = {instancePath:instancePath+"/specHash",schemaPath:"#/properties/specHash/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.uid !== undefined){
let data3 = data.uid;
if(typeof data3 === "string"){
if(func3(data3) > 64){
const err13 = {instancePath:instancePath+"/uid",schemaPath:"#/properties/uid/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/uid",schemaPath:"#/properties/uid/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.startedAt !== undefined){
let data4 = data.startedAt;
if(typeof data4 === "string"){
if(func3(data4) > 40){
const err15 = {instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(!pattern38.test(data4)){
const err16 = {instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"+"\""};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.simulated !== undefined){
if(typeof data.simulated !== "boolean"){
const err18 = {instancePath:instancePath+"/simulated",schemaPath:"#/properties/simulated/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.asks !== undefined){
let data6 = data.asks;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err19 = {instancePath:instancePath+"/asks",schemaPath:"#/properties/asks/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 8 || isNaN(data6)){
const err20 = {instancePath:instancePath+"/asks",schemaPath:"#/properties/asks/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8},message:"must be <= 8"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err21 = {instancePath:instancePath+"/asks",schemaPath:"#/properties/asks/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
if(data.network !== undefined){
let data7 = data.network;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
if(!(((key1 === "name") || (key1 === "subnet")) || (key1 === "gateway"))){
const err22 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data7.name !== undefined){
let data8 = data7.name;
if(typeof data8 === "string"){
if(func3(data8) > 128){
const err23 = {instancePath:instancePath+"/network/name",schemaPath:"#/properties/network/properties/name/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/network/name",schemaPath:"#/properties/network/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data7.subnet !== undefined){
let data9 = data7.subnet;
if(typeof data9 === "string"){
if(func3(data9) > 18){
const err25 = {instancePath:instancePath+"/network/subnet",schemaPath:"#/properties/network/properties/subnet/maxLength",keyword:"maxLength",params:{limit: 18},message:"must NOT have more than 18 characters"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/network/subnet",schemaPath:"#/properties/network/properties/subnet/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data7.gateway !== undefined){
let data10 = data7.gateway;
if(typeof data10 === "string"){
if(func3(data10) > 15){
const err27 = {instancePath:instancePath+"/network/gateway",schemaPath:"#/properties/network/properties/gateway/maxLength",keyword:"maxLength",params:{limit: 15},message:"must NOT have more than 15 characters"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/network/gateway",schemaPath:"#/properties/network/properties/gateway/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data.bundle !== undefined){
let data11 = data.bundle;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key2 in data11){
if(!(((((key2 === "name") || (key2 === "id")) || (key2 === "ip")) || (key2 === "image")) || (key2 === "restarts"))){
const err30 = {instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data11.name !== undefined){
let data12 = data11.name;
if(typeof data12 === "string"){
if(func3(data12) > 128){
const err31 = {instancePath:instancePath+"/bundle/name",schemaPath:"#/properties/bundle/properties/name/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/bundle/name",schemaPath:"#/properties/bundle/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data11.id !== undefined){
let data13 = data11.id;
if(typeof data13 === "string"){
if(func3(data13) > 64){
const err33 = {instancePath:instancePath+"/bundle/id",schemaPath:"#/properties/bundle/properties/id/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/bundle/id",schemaPath:"#/properties/bundle/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data11.ip !== undefined){
let data14 = data11.ip;
if(typeof data14 === "string"){
if(func3(data14) > 15){
const err35 = {instancePath:instancePath+"/bundle/ip",schemaPath:"#/properties/bundle/properties/ip/maxLength",keyword:"maxLength",params:{limit: 15},message:"must NOT have more than 15 characters"};
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
const err36 = {instancePath:instancePath+"/bundle/ip",schemaPath:"#/properties/bundle/properties/ip/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data11.image !== undefined){
let data15 = data11.image;
if(typeof data15 === "string"){
if(func3(data15) > 1024){
const err37 = {instancePath:instancePath+"/bundle/image",schemaPath:"#/properties/bundle/properties/image/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/bundle/image",schemaPath:"#/properties/bundle/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data11.restarts !== undefined){
let data16 = data11.restarts;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err39 = {instancePath:instancePath+"/bundle/restarts",schemaPath:"#/properties/bundle/properties/restarts/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 9007199254740991 || isNaN(data16)){
const err40 = {instancePath:instancePath+"/bundle/restarts",schemaPath:"#/properties/bundle/properties/restarts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data16 < 0 || isNaN(data16)){
const err41 = {instancePath:instancePath+"/bundle/restarts",schemaPath:"#/properties/bundle/properties/restarts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
}
else {
const err42 = {instancePath:instancePath+"/bundle",schemaPath:"#/properties/bundle/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.machine !== undefined){
let data17 = data.machine;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key3 in data17){
if(!(((key3 === "name") || (key3 === "state")) || (key3 === "pid"))){
const err43 = {instancePath:instancePath+"/machine",schemaPath:"#/properties/machine/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data17.name !== undefined){
let data18 = data17.name;
if(typeof data18 === "string"){
if(func3(data18) > 128){
const err44 = {instancePath:instancePath+"/machine/name",schemaPath:"#/properties/machine/properties/name/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters"};
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
const err45 = {instancePath:instancePath+"/machine/name",schemaPath:"#/properties/machine/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data17.state !== undefined){
let data19 = data17.state;
if(typeof data19 === "string"){
if(func3(data19) > 32){
const err46 = {instancePath:instancePath+"/machine/state",schemaPath:"#/properties/machine/properties/state/maxLength",keyword:"maxLength",params:{limit: 32},message:"must NOT have more than 32 characters"};
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
const err47 = {instancePath:instancePath+"/machine/state",schemaPath:"#/properties/machine/properties/state/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data17.pid !== undefined){
let data20 = data17.pid;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err48 = {instancePath:instancePath+"/machine/pid",schemaPath:"#/properties/machine/properties/pid/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 4194304 || isNaN(data20)){
const err49 = {instancePath:instancePath+"/machine/pid",schemaPath:"#/properties/machine/properties/pid/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4194304},message:"must be <= 4194304"};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data20 < 1 || isNaN(data20)){
const err50 = {instancePath:instancePath+"/machine/pid",schemaPath:"#/properties/machine/properties/pid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
}
else {
const err51 = {instancePath:instancePath+"/machine",schemaPath:"#/properties/machine/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.conditions !== undefined){
let data21 = data.conditions;
if(Array.isArray(data21)){
if(data21.length > 32){
const err52 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len0 = data21.length;
for(let i0=0; i0<len0; i0++){
let data22 = data21[i0];
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
if(data22.type === undefined){
const err53 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data22.status === undefined){
const err54 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "status"},message:"must have required property '"+"status"+"'"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data22.reason === undefined){
const err55 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data22.message === undefined){
const err56 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "message"},message:"must have required property '"+"message"+"'"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data22.observedGeneration === undefined){
const err57 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "observedGeneration"},message:"must have required property '"+"observedGeneration"+"'"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(data22.lastTransitionTime === undefined){
const err58 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/required",keyword:"required",params:{missingProperty: "lastTransitionTime"},message:"must have required property '"+"lastTransitionTime"+"'"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
for(const key4 in data22){
if(!((((((key4 === "type") || (key4 === "status")) || (key4 === "reason")) || (key4 === "message")) || (key4 === "observedGeneration")) || (key4 === "lastTransitionTime"))){
const err59 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data22.type !== undefined){
let data23 = data22.type;
if(typeof data23 === "string"){
if(func3(data23) > 316){
const err60 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/maxLength",keyword:"maxLength",params:{limit: 316},message:"must NOT have more than 316 characters"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(func3(data23) < 1){
const err61 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(!pattern39.test(data23)){
const err62 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9]*$"+"\""};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/conditions/" + i0+"/type",schemaPath:"#/properties/conditions/items/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data22.status !== undefined){
let data24 = data22.status;
if(typeof data24 !== "string"){
const err64 = {instancePath:instancePath+"/conditions/" + i0+"/status",schemaPath:"#/properties/conditions/items/properties/status/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if(!(((data24 === "True") || (data24 === "False")) || (data24 === "Unknown"))){
const err65 = {instancePath:instancePath+"/conditions/" + i0+"/status",schemaPath:"#/properties/conditions/items/properties/status/enum",keyword:"enum",params:{allowedValues: schema12.properties.conditions.items.properties.status.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data22.reason !== undefined){
let data25 = data22.reason;
if(typeof data25 === "string"){
if(func3(data25) > 1024){
const err66 = {instancePath:instancePath+"/conditions/" + i0+"/reason",schemaPath:"#/properties/conditions/items/properties/reason/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(func3(data25) < 1){
const err67 = {instancePath:instancePath+"/conditions/" + i0+"/reason",schemaPath:"#/properties/conditions/items/properties/reason/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(!pattern40.test(data25)){
const err68 = {instancePath:instancePath+"/conditions/" + i0+"/reason",schemaPath:"#/properties/conditions/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_]*$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_]*$"+"\""};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/conditions/" + i0+"/reason",schemaPath:"#/properties/conditions/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data22.message !== undefined){
let data26 = data22.message;
if(typeof data26 === "string"){
if(func3(data26) > 32768){
const err70 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/maxLength",keyword:"maxLength",params:{limit: 32768},message:"must NOT have more than 32768 characters"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/conditions/" + i0+"/message",schemaPath:"#/properties/conditions/items/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(data22.observedGeneration !== undefined){
let data27 = data22.observedGeneration;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err72 = {instancePath:instancePath+"/conditions/" + i0+"/observedGeneration",schemaPath:"#/properties/conditions/items/properties/observedGeneration/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 9007199254740991 || isNaN(data27)){
const err73 = {instancePath:instancePath+"/conditions/" + i0+"/observedGeneration",schemaPath:"#/properties/conditions/items/properties/observedGeneration/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(data27 < 0 || isNaN(data27)){
const err74 = {instancePath:instancePath+"/conditions/" + i0+"/observedGeneration",schemaPath:"#/properties/conditions/items/properties/observedGeneration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
if(data22.lastTransitionTime !== undefined){
let data28 = data22.lastTransitionTime;
if(typeof data28 === "string"){
if(func3(data28) > 40){
const err75 = {instancePath:instancePath+"/conditions/" + i0+"/lastTransitionTime",schemaPath:"#/properties/conditions/items/properties/lastTransitionTime/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
if(!pattern38.test(data28)){
const err76 = {instancePath:instancePath+"/conditions/" + i0+"/lastTransitionTime",schemaPath:"#/properties/conditions/items/properties/lastTransitionTime/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"+"\""};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/conditions/" + i0+"/lastTransitionTime",schemaPath:"#/properties/conditions/items/properties/lastTransitionTime/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
else {
const err78 = {instancePath:instancePath+"/conditions/" + i0,schemaPath:"#/properties/conditions/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
}
else {
const err79 = {instancePath:instancePath+"/conditions",schemaPath:"#/properties/conditions/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
}
else {
const err80 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}
